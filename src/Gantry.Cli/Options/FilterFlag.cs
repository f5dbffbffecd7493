using Gantry.Api.Client;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Options;

/// <summary>The <c>--filter key=value</c> of lists and prunes; keys count in lower case, and several values of one key are
/// alternatives.</summary>
internal static class FilterFlag
{
    public static ListFlag<(string Key, string Value)> Filter(this FlagSet flags) =>
        flags.List("filter", 'f', "Show only what meets a condition (key=value)", "filter", Parse);

    /// <summary>Of prunes, whose <c>-f</c> is another's.</summary>
    public static ListFlag<(string Key, string Value)> PruneFilter(this FlagSet flags) =>
        flags.List("filter", null, "Remove only what meets a condition (key=value)", "filter", Parse);

    public static Filters ToFilters(this ListFlag<(string Key, string Value)> flag)
    {
        Filters filters = new();
        foreach ((string key, string value) in flag.Values) filters.Add(key, value);
        return filters;
    }

    private static (string, string) Parse(string text)
    {
        int equals = text.IndexOf('=');
        if (equals < 0) throw new FormatException("bad format of filter (expected name=value)");
        return (text[..equals].Trim().ToLowerInvariant(), text[(equals + 1)..].Trim());
    }
}
