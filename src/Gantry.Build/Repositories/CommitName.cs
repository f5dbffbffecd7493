namespace Gantry.Build.Repositories;

/// <summary>What commits are called: SHA-1 or SHA-256, in full or by the beginning.</summary>
internal static class CommitName
{
    private const int Shortest = 4, Sha1 = 40, Sha256 = 64;

    public static bool IsWhole(string text) => text.Length is Sha1 or Sha256 && IsPart(text);

    public static bool IsPart(string text) => text.Length is >= Shortest and <= Sha256 && text.All(char.IsAsciiHexDigit);
}
