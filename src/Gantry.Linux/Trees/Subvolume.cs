using System.Runtime.InteropServices;
using System.Text;
using Gantry.Linux.Files;
using Gantry.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Linux.Trees;

/// <summary>Subvolumes of btrfs: trees that are copied at once and share what they have in common (kernel,
/// "include/uapi/linux/btrfs.h").</summary>
public static unsafe class Subvolume
{
    /// <summary>f_type of statfs(2).</summary>
    private const long Magic = 0x9123683E;
    /// <summary>Every subvolume's top directory has this inode number.</summary>
    internal const ulong TopInode = 256;
    private const uint CreateRequest = 0x5000940E, DestroyRequest = 0x5000940F, SnapshotRequest = 0x50009417;
    /// <summary>struct btrfs_ioctl_vol_args and …_v2: both have a descriptor first and this size; the name is at the end,
    /// at an offset of its own.</summary>
    private const int ArgumentSize = 4096, NameOffset = 8, SnapshotNameOffset = 56;

    public static bool IsOnBtrfs(string path)
    {
        using SafeFileDescriptor directory = LinuxFile.OpenDirectory(path);
        return FileNature.FileSystemOf(directory) == Magic;
    }

    /// <summary>Makes an empty one.</summary>
    /// <param name="path">A name that is not taken, in a directory on btrfs.</param>
    public static void Create(string path) => Make(path, CreateRequest, NameOffset, source: null, "make subvolume");

    /// <summary>Makes <paramref name="path"/> a writable copy of <paramref name="source"/>, a subvolume of the same file system.</summary>
    /// <remarks>Subvolumes inside the source are empty directories in the copy.</remarks>
    public static void Snapshot(string source, string path)
    {
        using SafeFileDescriptor from = LinuxFile.Open(source, OpenFlags.Directory);
        Make(path, SnapshotRequest, SnapshotNameOffset, from, "make snapshot");
    }

    /// <summary>Removes a subvolume with all that is in it, at once.</summary>
    /// <returns>An errno: ENOTTY when this is no btrfs, ENOTEMPTY when the subvolume holds another one.</returns>
    internal static int TryDestroy(SafeFileHandle parent, ReadOnlySpan<byte> name)
    {
        byte* argument = stackalloc byte[ArgumentSize];
        new Span<byte>(argument, ArgumentSize).Clear();
        name.CopyTo(new Span<byte>(argument + NameOffset, PathBytes.MaxName));
        return DescriptorCalls.ioctl(parent, DestroyRequest, (nint)argument) < 0 ? Marshal.GetLastPInvokeError() : 0;
    }

    private static void Make(string path, uint request, int nameOffset, SafeFileDescriptor? source, string step)
    {
        byte* argument = stackalloc byte[ArgumentSize];
        new Span<byte>(argument, ArgumentSize).Clear();
        *(long*)argument = source?.Number ?? 0;
        Encoding.UTF8.GetBytes(Path.GetFileName(path), new Span<byte>(argument + nameOffset, PathBytes.MaxName));
        using SafeFileDescriptor directory = LinuxFile.Open(Path.GetDirectoryName(path)!, OpenFlags.Directory);
        if (DescriptorCalls.ioctl(directory, request, (nint)argument) < 0) throw KernelException.Last(step, path);
    }
}
