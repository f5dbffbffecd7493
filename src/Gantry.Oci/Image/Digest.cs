using System.Security.Cryptography;

namespace Gantry.Oci.Image;

/// <summary>Content addresses of the form <c>sha256:&lt;64 lower-case hexadecimal digits&gt;</c>, the only algorithm accepted.</summary>
public static class Digest
{
    public const string Prefix = "sha256:";
    public const int HexLength = 64;

    public static string Of(ReadOnlySpan<byte> content) => FromHash(SHA256.HashData(content));

    public static string FromHash(ReadOnlySpan<byte> hash) => Prefix + Convert.ToHexStringLower(hash);

    public static bool IsValid(string? digest) =>
        digest is { Length: 71 } && digest.StartsWith(Prefix, StringComparison.Ordinal) && IsHex(digest.AsSpan(Prefix.Length));

    public static bool IsHex(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept("0123456789abcdef");

    /// <summary>The part after the algorithm, safe as a file name.</summary>
    /// <exception cref="GantryException">Not a valid digest.</exception>
    public static string Hex(string digest) =>
        IsValid(digest) ? digest[Prefix.Length..]
            : throw GantryException.Invalid($"invalid digest: \"{digest}\" (sha256 and 64 hexadecimal digits are expected)");

    /// <summary>Chain IDs of layers, bottom first: image-spec "Layer ChainID".</summary>
    public static IReadOnlyList<string> ChainIds(IReadOnlyList<string> diffIds)
    {
        string[] chain = new string[diffIds.Count];
        for (int i = 0; i < chain.Length; i++)
            chain[i] = i == 0 ? diffIds[0] : Of(System.Text.Encoding.ASCII.GetBytes($"{chain[i - 1]} {diffIds[i]}"));
        return chain;
    }
}
