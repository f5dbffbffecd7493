using Gantry.Cli.Commands;
using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Cli.CommandLine;

/// <summary>Arguments as they were given: a file's name need not be UTF-8,
/// and the framework keeps no more of such a one than that something was there.</summary>
internal static class RawArguments
{
    private const int Limit = 8 << 20;

    /// <returns>The same, with bytes that are no text as <see cref="ByteText"/> has them.</returns>
    public static string[] Of(string[] arguments)
    {
        if (!arguments.Any(argument => argument.Contains('\uFFFD'))) return arguments;
        try
        {
            byte[] all = LinuxFile.ReadBytes("/proc/self/cmdline", Limit);
            List<string> raw = [];
            foreach (Range range in all.AsSpan().Split((byte)0)) raw.Add(ByteText.Of(all.AsSpan()[range]));
            // The program's name in front, and nothing behind the last NUL.
            return raw.Count == arguments.Length + 2 ? [.. raw[1..^1]] : arguments;
        }
        catch (KernelException)
        {
            // No /proc: as the framework has them.
            return arguments;
        }
    }
}
