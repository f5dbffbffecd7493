using Gantry.Linux.Files;

namespace Gantry.Linux.Trees;

/// <summary>What the kernel knows of a file without reading it; of a symbolic link itself, never of its target.</summary>
/// <param name="Mode">Permission bits with set-user-ID, set-group-ID and sticky.</param>
/// <param name="Blocks">Space on disk in units of 512 bytes.</param>
/// <param name="Device">Of the file system; with the inode it names the file.</param>
/// <param name="Changed">When content or attributes last changed; nobody can set it.</param>
public readonly record struct FileStatus(FileKind Kind, uint Mode, uint Uid, uint Gid, long Size, long Blocks, uint Links, ulong Inode,
    uint DeviceMajor, uint DeviceMinor, FileTime Modified, FileTime Changed, ulong Device)
{
    /// <summary>Overlay's mark of a removed name: a character device 0/0.</summary>
    public bool IsWhiteout => Kind == FileKind.CharacterDevice && DeviceMajor == 0 && DeviceMinor == 0;
}

/// <summary>Time since 1970 in seconds and nanoseconds, as exact as the kernel keeps it.</summary>
public readonly record struct FileTime(long Seconds, uint Nanoseconds)
{
    public bool IsAfter(FileTime other) => Seconds > other.Seconds || (Seconds == other.Seconds && Nanoseconds > other.Nanoseconds);
}
