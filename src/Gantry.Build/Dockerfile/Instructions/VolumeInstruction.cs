using Gantry.Build.Dockerfile.Expansion;
using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>VOLUME: which paths of the container lie in volumes.</summary>
public sealed record VolumeInstruction(Statement Statement, IReadOnlyList<Word> Paths) : Instruction(Statement)
{
    private const string Empty = "VOLUME specified can not be an empty string";

    internal static VolumeInstruction Parse(Statement statement)
    {
        IReadOnlyList<Word> paths = JsonForm.TryRead(statement) ?? statement.Words();
        InstructionFlags.Refuse(statement);
        if (paths.Count == 0) throw statement.Refuse("VOLUME requires at least one argument");
        if (paths.Any(path => string.IsNullOrWhiteSpace(path.Text))) throw statement.Refuse(Empty);
        return new VolumeInstruction(statement, paths);
    }

    public override VolumeInstruction Expand(Expander expander) => this with
    {
        Paths = [.. Paths.Select(path => expander.One(path)).Select(path => path.Text.Trim() is { Length: > 0 } volume
            ? path with { Text = volume } : throw path.Refuse(Empty))],
    };
}
