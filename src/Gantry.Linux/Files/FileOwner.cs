using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>Who owns a file; chown(2).</summary>
public static class FileOwner
{
    /// <exception cref="KernelException"/>
    public static void Change(string path, uint user, uint group)
    {
        if (FileCalls.fchownat(FileCalls.AT_FDCWD, path, user, group, 0) != 0) throw KernelException.Last("chown", path, $"{user}:{group}");
    }
}
