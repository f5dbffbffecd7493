using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Runtime.Init;

/// <summary>What 0, 1 and 2 are connected to.</summary>
internal static class StandardStream
{
    /// <summary>A pipe, socket or terminal made for this process; not /dev/null or a file, which others use too.</summary>
    internal static bool IsPrivate(SafeFileDescriptor stream)
    {
        string target = LinuxFile.ReadLink(stream.ProcPath);
        return target.StartsWith("pipe:", StringComparison.Ordinal) || target.StartsWith("socket:", StringComparison.Ordinal) || target.StartsWith("/dev/pts/", StringComparison.Ordinal);
    }
}
