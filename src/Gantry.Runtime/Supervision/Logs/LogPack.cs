using Gantry.Linux.Compression;
using Gantry.Linux.Files;
using Gantry.Shim.Logs;

namespace Gantry.Runtime.Supervision.Logs;

/// <summary><c>gantry-runtime shim --pack SOURCE TARGET</c>: what <see cref="LogPacking"/> starts.</summary>
internal static class LogPack
{
    public static int Run(string source, string target)
    {
        using FileStream from = new(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
        // What an earlier one left, or somebody put there: a FIFO would be waited for.
        File.Delete(target);
        using FileStream to = new(target, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 0);
        File.SetUnixFileMode(to.SafeFileHandle, File.GetUnixFileMode(from.SafeFileHandle));
        to.Write(PackedLog.Head(FileIdentity.Of(from.SafeFileHandle)));
        using (ZstdWriteStream packed = new(to)) from.CopyTo(packed);
        to.Flush();
        File.SetLastWriteTimeUtc(to.SafeFileHandle, File.GetLastWriteTimeUtc(from.SafeFileHandle));
        return 0;
    }
}
