namespace Gantry.Linux.Mounts;

/// <summary>Flags of mount(2).</summary>
[Flags]
public enum MountFlags : ulong
{
    None = 0, ReadOnly = 1, NoSuid = 2, NoDevices = 4, NoExecute = 8, Synchronous = 16, Remount = 32, MandatoryLocks = 64,
        DirectorySync = 128,
    NoSymlinks = 256, NoAccessTime = 1024, NoDirectoryAccessTime = 2048, Bind = 4096, Move = 8192, Recursive = 16384, Silent = 32768,
    Unbindable = 1 << 17, Private = 1 << 18, Slave = 1 << 19, Shared = 1 << 20, RelativeAccessTime = 1 << 21, InodeVersion = 1 << 23,
    StrictAccessTime = 1 << 24, LazyTime = 1 << 25,
}

/// <summary>MOUNT_ATTR_* of mount_setattr(2) and fsmount(2).</summary>
[Flags]
public enum MountAttributes : uint
{
    None = 0, ReadOnly = 1, NoSuid = 2, NoDevices = 4, NoExecute = 8, NoAccessTime = 0x10, StrictAccessTime = 0x20, AccessTimeMask = 0x70,
    NoDirectoryAccessTime = 0x80, IdMap = 0x100000, NoSymlinks = 0x200000,
}
