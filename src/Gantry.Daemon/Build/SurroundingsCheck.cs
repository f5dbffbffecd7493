namespace Gantry.Daemon.Build;

/// <summary>What the commands of a build may have around them, however it is asked for.</summary>
internal static class SurroundingsCheck
{
    /// <summary>Bytes: no machine has as much memory.</summary>
    private const long MostShared = 1L << 50;

    /// <param name="option">As the client has called it.</param>
    /// <exception cref="GantryException">Invalid: no file system in memory has this size.</exception>
    public static void SharedMemory(string option, long bytes)
    {
        if (bytes > MostShared) throw GantryException.Invalid($"{option}: {bytes} bytes are more than any machine's memory");
    }

    /// <param name="option">As the client has called it.</param>
    /// <exception cref="GantryException">Invalid: it leads out of the tree of control groups.</exception>
    public static void CgroupParent(string option, string parent)
    {
        if (!parent.Split('/').Any(part => part is "." or "..") && !parent.Contains('\0')) return;
        string shown = parent.Replace("\0", "\\0", StringComparison.Ordinal);
        throw GantryException.Invalid($"{option}: \"{shown}\" is no path of a control group");
    }
}
