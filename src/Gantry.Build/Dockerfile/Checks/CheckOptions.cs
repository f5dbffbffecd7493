using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Checks;

/// <summary>What <c># check=</c> says: <c>skip=A,B;error=true;experimental=C</c>.</summary>
/// <param name="Skip">Names of checks, or <c>all</c>.</param>
/// <param name="IsError">Whether a warning ends the build.</param>
public sealed record CheckOptions(IReadOnlySet<string> Skip, IReadOnlySet<string> Experimental, bool IsError)
{
    /// <exception cref="DockerfileException">An option that does not exist, or has no value.</exception>
    public static CheckOptions Parse(Word? directive)
    {
        CheckOptions options = new(new HashSet<string>(), new HashSet<string>(), false);
        if (directive is not { } word) return options;
        foreach (string part in word.Text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = part.IndexOf('=');
            string key = equals < 0 ? part : part[..equals].Trim(), value = equals < 0 ? "" : part[(equals + 1)..].Trim();
            if (equals < 0) throw Refuse($"invalid check option {GoQuote.Quote(part)}", "for example skip=all");
            options = key switch
            {
                "skip" => options with { Skip = Names(value) },
                "experimental" => options with { Experimental = Names(value) },
                "error" => options with
                {
                    IsError = GoBool.Parse(value) ?? throw Refuse($"failed to parse check option {GoQuote.Quote(part)}", "true or false"),
                },
                _ => throw Refuse($"invalid check option {GoQuote.Quote(key)}", "there are skip, error and experimental"),
            };
        }
        return options;

        DockerfileException Refuse(string reason, string hint) => new(word.Range, reason, hint, located: false);
    }

    private static HashSet<string> Names(string value) =>
        [.. value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    internal bool Wants(BuildCheck check) => !Skip.Contains("all") && !Skip.Contains(check.Name)
        && (!check.IsExperimental || Experimental.Contains("all") || Experimental.Contains(check.Name));
}
