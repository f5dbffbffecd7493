using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Runtime.Init;

/// <summary>Devices of the container's own tree, where an image may have put anything in their place.</summary>
internal static class OwnDevice
{
    /// <returns>What is there, not opened; null when it is not what <paramref name="isIt"/> expects.</returns>
    public static SafeFileDescriptor? Find(SafeFileDescriptor root, string path, Func<SafeFileDescriptor, bool> isIt)
    {
        SafeFileDescriptor? there = RootedPath.OpenIfThere(root, path, OpenFlags.Path);
        if (there is null || isIt(there)) return there;
        there.Dispose();
        return null;
    }

    /// <summary>Looks before it opens, because opening a device can do things, and once more afterwards.</summary>
    /// <returns>As for <see cref="Find"/>.</returns>
    public static SafeFileDescriptor? Open(SafeFileDescriptor root, string path, Func<SafeFileDescriptor, bool> isIt)
    {
        using (SafeFileDescriptor? there = Find(root, path, isIt))
            if (there is null) return null;
        SafeFileDescriptor opened = RootedPath.Open(root, path, OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal);
        if (isIt(opened)) return opened;
        opened.Dispose();
        return null;
    }
}
