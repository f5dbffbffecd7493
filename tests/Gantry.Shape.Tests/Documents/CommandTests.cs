using Gantry.Shape.Ceilings;

namespace Gantry.Shape.Documents;

/// <summary>What a reader may type is taken by the program: the documents' commands are read by the programs' own parsers.</summary>
public sealed class CommandTests
{
    private const string Remedy = "Write what the program takes today.";

    [Fact]
    public void CommandsAreTaken() => Ceiling.Hold("commands in documents are taken", Remedy,
        from document in Document.All
        from command in CommandLine.In(document)
        let refusal = Programs.Refusal(command)
        where refusal is not null
        select new Finding("docs", command.Place, $"`{command}`: {refusal}"));

    [Fact]
    public void TargetsAreInTheMakefile() => Ceiling.Hold("make targets in documents exist", Remedy,
        from document in Document.All
        from command in CommandLine.In(document)
        where command.Program == "make"
        from target in command.Arguments.TakeWhile(word => !word.StartsWith('<'))
        where !target.StartsWith('-') && !target.Contains('=') && !Programs.MakeTargets.Contains(target)
        select new Finding("docs", command.Place, $"`{command}`: the Makefile has no target {target}"));

    [Fact]
    public void OptionsAreSomeProgramsOwn() => Ceiling.Hold("options in documents exist", Remedy,
        from document in Document.All
        from text in document.Spans
        where text.Text.StartsWith("--", StringComparison.Ordinal)
        let name = text.Text.Split(' ', '=')[0]
        where !Programs.Options.Contains(name)
        select new Finding("docs", text.Place, $"none of the three programs has {name}"));
}
