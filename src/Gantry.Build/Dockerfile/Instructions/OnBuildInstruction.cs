using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>ONBUILD: an instruction that is kept as it is written, for the builds that start from the image.</summary>
public sealed record OnBuildInstruction(Statement Statement, Statement Trigger) : Instruction(Statement)
{
    /// <summary>What the image's configuration has, word for word, with the heredocs.</summary>
    public string Text => string.Concat([Statement.Rest, .. Statement.Heredocs.Select(one => $"\n{one.Content}{one.Name}")]);

    /// <exception cref="DockerfileException">One that would fail in every such build.</exception>
    internal static OnBuildInstruction Parse(Statement statement)
    {
        if (statement.Rest.Length == 0) throw statement.Refuse("ONBUILD requires at least one argument");
        Statement trigger = statement.Inner();
        switch (trigger.Name)
        {
            case "ONBUILD": throw trigger.Refuse("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
            case "FROM" or "MAINTAINER": throw trigger.Refuse($"{trigger.Name} isn't allowed as an ONBUILD trigger");
            case "ENV" or "LABEL": NameValues.Parse(trigger, out _); break;
            case "CMD" or "ENTRYPOINT" or "VOLUME" or "RUN" or "SHELL" or "COPY" or "ADD": JsonForm.TryRead(trigger); break;
        }
        InstructionFlags.Refuse(statement);
        return new OnBuildInstruction(statement, trigger);
    }
}
