using System.Globalization;
using System.Text;
using Gantry.Build.Graph;
using Gantry.Oci.Image;

namespace Gantry.Build.Solver;

/// <summary>What a step is known by in the cache: all that decides what comes out of it, each part with its length, so that no two
/// different steps have one text.</summary>
internal sealed class KeyText
{
    /// <summary>Part of every key: another one when a step of the same words would be done in another way.</summary>
    private const string Form = "gantry-build-1";

    private readonly StringBuilder _text = new();

    public KeyText(string kind) => Add(Form).Add(kind);

    public KeyText Add(string part)
    {
        _text.Append(CultureInfo.InvariantCulture, $"{part.Length}:").Append(part);
        return this;
    }

    public KeyText Add(long number) => Add(number.ToString(CultureInfo.InvariantCulture));

    public KeyText Add(IReadOnlyCollection<string> parts)
    {
        Add(parts.Count);
        foreach (string part in parts) Add(part);
        return this;
    }

    /// <summary>What bounds the times of what it makes.</summary>
    public KeyText AddLatest(Vertex step) => step.Latest is { } latest ? Add("latest").Add(latest.ToUnixTimeSeconds()) : this;

    /// <returns>64 hexadecimal digits.</returns>
    public string Finish() => Digest.Hex(Digest.Of(ByteText.Bytes(_text.ToString())));
}
