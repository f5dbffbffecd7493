using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Terminal;

/// <summary>The keys of <c>--detach-keys</c>.</summary>
internal static class SessionKeys
{
    public static DetachKeys Parse(string text) =>
        DetachKeys.TryParse(text, out DetachKeys? keys, out string? unknown) ? keys
            : throw new CliException($"invalid detach keys ({text}): Unknown character: '{unknown}'");
}
