using System.Text;

namespace Gantry.Build.Attestations.Packages;

/// <summary>What os-release(5) says of a tree.</summary>
internal sealed class OsRelease
{
    /// <summary>Characters: what is said stands in the address of each package.</summary>
    private const int Most = 128;

    /// <summary>Empty where it is not said, or is no such word.</summary>
    public string Id { get; private set; } = "";
    /// <inheritdoc cref="Id"/>
    public string Version { get; private set; } = "";

    /// <summary>Takes one line; see <see cref="LineReader"/>.</summary>
    public void Read(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("ID="u8)) Id = Value(line[3..]);
        else if (line.StartsWith("VERSION_ID="u8)) Version = Value(line[11..]);
    }

    private static string Value(ReadOnlySpan<byte> text) =>
        text.Length > Most ? "" : Encoding.UTF8.GetString(text).Trim().Trim('"', '\'');
}
