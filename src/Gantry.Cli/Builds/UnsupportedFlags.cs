using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Builds;

/// <summary>Options of BuildKit's command line that the API of builds has no word for: refused by name, never passed over.</summary>
internal sealed class UnsupportedFlags
{
    private static readonly (string Name, char? Letter, string Why, string[] Harmless)[] Options =
    [
        ("allow", null, "a build has no privileges to give", []),
    ];

    private readonly List<(Flag Flag, Func<string?> Found, string Why)> _flags = [];

    public UnsupportedFlags(FlagSet flags)
    {
        foreach ((string name, char? letter, string why, string[] harmless) in Options)
        {
            ListFlag<string> flag = flags.Add(new ListFlag<string>(name, letter, why, "string", text => text) { Hidden = true });
            _flags.Add((flag, () => flag.Values.Find(value => !harmless.Contains(value)), why));
        }
        // What is built is always in the engine's store.
        flags.Add(new BoolFlag("load", null, "Put the image into the engine's store", true) { Hidden = true });
    }

    /// <exception cref="CliException">One of them was given.</exception>
    public void Refuse()
    {
        foreach ((Flag flag, Func<string?> found, string why) in _flags)
            if (found() is { } value)
                throw new CliException($"option {flag}{(value.Length > 0 ? $" {value}" : "")} is not supported: {why}", CliException.Usage);
    }
}
