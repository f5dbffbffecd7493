using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>Makes of each statement the instruction that it is.</summary>
public static class InstructionParser
{
    private static readonly Dictionary<string, Func<Statement, Instruction>> Parsers = new()
    {
        ["ADD"] = AddInstruction.Parse, ["ARG"] = ArgInstruction.Parse, ["CMD"] = CmdInstruction.Parse, ["COPY"] = CopyInstruction.Parse,
        ["ENTRYPOINT"] = EntrypointInstruction.Parse, ["ENV"] = EnvInstruction.Parse, ["EXPOSE"] = ExposeInstruction.Parse,
        ["FROM"] = FromInstruction.Parse, ["HEALTHCHECK"] = HealthcheckInstruction.Parse, ["LABEL"] = LabelInstruction.Parse,
        ["MAINTAINER"] = MaintainerInstruction.Parse, ["ONBUILD"] = OnBuildInstruction.Parse, ["RUN"] = RunInstruction.Parse,
        ["SHELL"] = ShellInstruction.Parse, ["STOPSIGNAL"] = StopSignalInstruction.Parse, ["USER"] = UserInstruction.Parse,
        ["VOLUME"] = VolumeInstruction.Parse, ["WORKDIR"] = WorkdirInstruction.Parse,
    };

    /// <exception cref="DockerfileException">Nothing is called so, or its arguments make no sense.</exception>
    public static Instruction Parse(Statement statement) => Parsers.TryGetValue(statement.Name, out Func<Statement, Instruction>? parse)
        ? parse(statement)
        : throw statement.Keyword.Refuse($"unknown instruction: {statement.Name}", Suggestion.For(statement.Name, Parsers.Keys));
}
