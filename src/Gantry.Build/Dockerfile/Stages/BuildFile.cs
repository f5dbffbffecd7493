using System.Globalization;
using Gantry.Build.Dockerfile.Instructions;
using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Stages;

/// <summary>A whole Dockerfile, parsed: the arguments before the first stage, and the stages.</summary>
public sealed class BuildFile
{
    private const int MaxStages = 2000;

    private BuildFile(LexedFile lexed, IReadOnlyList<ArgInstruction> globals, IReadOnlyList<BuildStage> stages) =>
        (Lexed, GlobalArguments, Stages) = (lexed, globals, stages);

    public LexedFile Lexed { get; }

    /// <summary>What stands before the first FROM; it counts for FROM, and in stages that name it again.</summary>
    public IReadOnlyList<ArgInstruction> GlobalArguments { get; }

    public IReadOnlyList<BuildStage> Stages { get; }

    /// <param name="name">For messages.</param>
    /// <exception cref="DockerfileException">It cannot be built, whatever the context is.</exception>
    public static BuildFile Parse(string text, string name = "Dockerfile")
    {
        LexedFile lexed = Lexer.Read(SourceFile.Of(text, name));
        List<ArgInstruction> globals = [];
        List<BuildStage> stages = [];
        List<Instruction> open = [];
        foreach (Statement statement in lexed.Statements)
        {
            Instruction instruction = InstructionParser.Parse(statement);
            if (instruction is FromInstruction from)
            {
                if (stages.Count == MaxStages) throw statement.Refuse($"more than {MaxStages} build stages");
                stages.Add(new BuildStage(stages.Count, from.StageName?.Text.ToLowerInvariant(), from, open = []));
            }
            else if (stages.Count > 0) open.Add(instruction);
            else if (instruction is ArgInstruction argument) globals.Add(argument);
            else
                throw new DockerfileException(statement.Range, "no build stage in current context",
                    "the first instruction is FROM; ARG alone may stand before it", located: false, isSyntax: false);
        }
        if (stages.Count > 0) return new BuildFile(lexed, globals, stages);
        throw new DockerfileException(lexed.Statements[^1].Range, "dockerfile contains no stages to build", "it needs a FROM",
            located: false, isSyntax: false);
    }

    /// <param name="reference">A name in any case, or a number from 0.</param>
    /// <param name="before">Only stages that come before this one; of several of one name the last counts.</param>
    /// <returns>Null when there is none: then an image is meant.</returns>
    public BuildStage? Find(string reference, int? before = null)
    {
        int end = Math.Min(before ?? Stages.Count, Stages.Count);
        string name = reference.ToLowerInvariant();
        BuildStage? named = Stages.Take(end).LastOrDefault(stage => stage.Name == name);
        if (named is not null) return named;
        bool isNumber = int.TryParse(reference, NumberStyles.None, CultureInfo.InvariantCulture, out int index);
        return isNumber && index < end ? Stages[index] : null;
    }
}
