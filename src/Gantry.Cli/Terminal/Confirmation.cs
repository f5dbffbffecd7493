using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Terminal;

/// <summary>Asks before something is lost.</summary>
internal static class Confirmation
{
    /// <returns>True for yes; everything else, also the end of input, is no.</returns>
    public static bool Ask(Invocation invocation, string warning)
    {
        invocation.Out.Write($"{warning}\nAre you sure you want to continue? [y/N] ");
        invocation.Out.Flush();
        using StreamReader reader = new(StandardStreams.RawIn, leaveOpen: true);
        return reader.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }
}
