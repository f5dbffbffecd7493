using System.Text.RegularExpressions;

namespace Gantry.BuildKit.History;

/// <summary>What is kept of what a build was asked for: bounded, and without the passwords of addresses, for a record stays on the disk.
/// </summary>
internal static partial class RecordedOptions
{
    /// <summary>Options, and characters of each and of an error.</summary>
    private const int Most = 200, Longest = 1000, LongestError = 10_000;

    public static IReadOnlyDictionary<string, string> Of(IReadOnlyDictionary<string, string> options) => options.Take(Most)
        .DistinctBy(option => Cut(option.Key, Longest)).ToDictionary(option => Cut(option.Key, Longest), option => Value(option.Value));

    public static string Error(string text) => Cut(text, LongestError);

    private static string Value(string value) => Cut(Asked().Replace(User().Replace(value, "$1xxxxx@"), "$1?xxxxx"), Longest);

    private static string Cut(string text, int length) => text.Length <= length ? text : $"{text[..length]}…";

    /// <summary>Who somebody is at an address: also a token alone.</summary>
    [GeneratedRegex(@"(\w://)[^/@\s]*@")]
    private static partial Regex User();

    /// <summary>What is asked of a server may be a token too.</summary>
    [GeneratedRegex(@"(https?://[^\s?#]*)\?[^\s#]*")]
    private static partial Regex Asked();
}
