using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Builds;

/// <summary>Options that Docker's API of builds has no word for, and gantryd's has: another daemon would pass over them.</summary>
internal static class OwnBuilder
{
    private const string Platform = "Gantry";

    /// <param name="options">Those that were given and need it.</param>
    /// <exception cref="CliException">The daemon is another one.</exception>
    public static void Need(Invocation invocation, IReadOnlyList<string> options)
    {
        if (options.Count == 0 || invocation.Client.System.Version().Platform?.Name == Platform) return;
        throw new CliException($"option {options[0]} is not supported by this daemon: without BuildKit gantryd alone knows it",
            CliException.Usage);
    }
}
