using Gantry.Linux;
using Gantry.Linux.Trees;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Storage.Snapshots;

/// <summary>Whether two regular files of one size and one name are the same in attributes and content.</summary>
internal static class FileSameness
{
    private const int PieceSize = 128 << 10;

    public static bool Of(DirectoryHandle one, DirectoryHandle other, byte[] name)
    {
        if (!TreeComparison.SameAttributes(one.Attributes(name), other.Attributes(name))) return false;
        using SafeFileHandle first = Open(one, name), second = Open(other, name);
        byte[] left = new byte[PieceSize], right = new byte[PieceSize];
        for (long offset = 0;;)
        {
            int count = RandomAccess.Read(first, left, offset), same = 0;
            if (count == 0) return true;
            while (same < count)
            {
                int read = RandomAccess.Read(second, right.AsSpan(same, count - same), offset + same);
                if (read == 0) return false;
                same += read;
            }
            if (!left.AsSpan(0, count).SequenceEqual(right.AsSpan(0, count))) return false;
            offset += count;
        }
    }

    private static SafeFileHandle Open(DirectoryHandle directory, byte[] name)
    {
        int errno = directory.TryOpenFile(name, out SafeFileHandle? file);
        return errno == 0 ? file! : throw new KernelException("open", errno, PathBytes.Show(name));
    }
}
