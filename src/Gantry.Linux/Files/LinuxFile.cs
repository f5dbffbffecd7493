using System.Text;
using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>Files by path, or by a path below an open directory.</summary>
public static unsafe class LinuxFile
{
    public static SafeFileDescriptor Open(string path, OpenFlags flags, uint mode = Octal.O600) => OpenAt(null, path, flags, mode);

    /// <summary>A new file without a name, for reading and writing (O_TMPFILE).</summary>
    /// <exception cref="KernelException">EOPNOTSUPP of file systems that have none, and so on.</exception>
    public static SafeFileDescriptor OpenNameless(string directory) =>
        OpenAt(null, directory, OpenFlags.ReadWrite | OpenFlags.Nameless);

    public static SafeFileDescriptor OpenDirectory(string path) => OpenAt(null, path, OpenFlags.Directory | OpenFlags.Path);

    /// <param name="directory">Where a relative path starts; null is the working directory.</param>
    public static SafeFileDescriptor OpenAt(SafeFileDescriptor? directory, string path, OpenFlags flags, uint mode = Octal.O600) =>
        TryOpenAt(directory, path, flags, mode, out KernelException? error) ?? throw error!;

    public static SafeFileDescriptor? TryOpen(string path, OpenFlags flags, out KernelException? error) =>
        TryOpenAt(null, path, flags, Octal.O600, out error);

    private static SafeFileDescriptor? TryOpenAt(SafeFileDescriptor? directory, string path, OpenFlags flags, uint mode,
        out KernelException? error)
    {
        int descriptor = OpenCall.At(At(directory), path, flags, mode, out int errno);
        error = errno == 0 ? null : new KernelException("open", errno, path);
        return errno == 0 ? new SafeFileDescriptor(descriptor) : null;
    }

    /// <summary>Replaces what a kernel file (sysctl, cgroup) says, in one write, as such files want it.</summary>
    public static void WriteText(string path, string text, SafeFileDescriptor? directory = null)
    {
        using SafeFileDescriptor file = OpenAt(directory, path, OpenFlags.WriteOnly);
        WriteText(file, path, text);
    }

    internal static void WriteText(SafeFileDescriptor file, string path, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* start = bytes)
        {
            // An empty write would be no write at all for a kernel file.
            if (DescriptorCalls.write(file.Number, start, (nuint)bytes.Length) < 0)
                throw KernelException.Last("write", path, text.TrimEnd());
        }
    }

    /// <summary>Whole content of a small kernel file, without a trailing newline.</summary>
    public static string ReadText(string path, SafeFileDescriptor? directory = null, int limit = 1 << 20) =>
        Encoding.UTF8.GetString(ReadBytes(path, limit, directory)).TrimEnd('\n');

    /// <summary>Whole content of a file.</summary>
    /// <exception cref="KernelException">EFBIG beyond the limit, EISDIR for a directory, and so on.</exception>
    public static byte[] ReadBytes(string path, int limit, SafeFileDescriptor? directory = null)
    {
        using SafeFileDescriptor file = OpenAt(directory, path, OpenFlags.ReadOnly);
        byte[] buffer = new byte[4096];
        int length = 0;
        while (true)
        {
            int count = Descriptor.Read(file.Number, buffer.AsSpan(length), path);
            if (count <= 0) return buffer[..length];
            length += count;
            if (length > limit) throw new KernelException("read", Errno.EFBIG, path, hint: $"more than {limit} bytes");
            if (length == buffer.Length) Array.Resize(ref buffer, length * 2);
        }
    }

    /// <summary>What a symbolic link says, or what a descriptor of /proc/self/fd stands for.</summary>
    public static string ReadLink(string path) => RootedPath.ReadLink(null, path);

    internal static int At(SafeFileDescriptor? directory) => directory?.Number ?? FileCalls.AT_FDCWD;
}
