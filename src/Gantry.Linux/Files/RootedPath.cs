using System.Runtime.InteropServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>Paths below a directory that may hold anything: symbolic links are followed as if that directory were the root,
/// by the kernel (openat2(2)).</summary>
public static unsafe class RootedPath
{
    private const ulong Inside = FileCalls.RESOLVE_IN_ROOT | FileCalls.RESOLVE_NO_MAGICLINKS,
        InsideWithoutLinks = FileCalls.RESOLVE_IN_ROOT | FileCalls.RESOLVE_NO_SYMLINKS,
        OnOneMount = FileCalls.RESOLVE_BENEATH | FileCalls.RESOLVE_NO_SYMLINKS | FileCalls.RESOLVE_NO_XDEV;
    private const int LinkLimit = 40, RegularFile = 0x8000;

    public static SafeFileDescriptor Open(SafeFileDescriptor root, string path, OpenFlags flags) =>
        TryOpen(root, path, flags, Inside, out int errno) ?? throw new KernelException("open", errno, path);

    /// <param name="links">Whether links are followed; without, one anywhere in the path is ELOOP.</param>
    /// <returns>Null when there is no such file (also when a component of the path is not a directory).</returns>
    public static SafeFileDescriptor? OpenIfThere(SafeFileDescriptor root, string path, OpenFlags flags, bool links = true)
    {
        SafeFileDescriptor? file = TryOpen(root, path, flags, links ? Inside : InsideWithoutLinks, out int errno);
        if (file is not null || errno is Errno.ENOENT or Errno.ENOTDIR) return file;
        throw new KernelException("open", errno, path,
            hint: errno == Errno.ELOOP && !links ? "no part of this path may be a symbolic link" : null);
    }

    /// <summary>Opens a file without following a link and without leaving the mount that <paramref name="root"/> lies in.</summary>
    public static SafeFileDescriptor OpenOnOneMount(SafeFileDescriptor root, string path, OpenFlags flags) =>
        TryOpen(root, path, flags, OnOneMount, out int errno)
            ?? throw new KernelException("open", errno, path, hint: errno == Errno.EXDEV ? "something else is mounted there" : null);

    /// <summary>Opens (as O_PATH) what a mount shall lie on, making it and missing parents first: an empty file, or a directory.</summary>
    /// <param name="links">As for <see cref="OpenIfThere"/>.</param>
    public static SafeFileDescriptor OpenOrCreate(SafeFileDescriptor root, string path, bool directory, uint directoryMode = Octal.O755,
        bool links = true)
    {
        for (int turn = 0; turn < LinkLimit; turn++)
        {
            SafeFileDescriptor? found = OpenIfThere(root, path, OpenFlags.Path, links);
            if (found is not null) return found;
            path = Create(root, path, directory, directoryMode);
        }
        throw new KernelException("create mount point", Errno.ELOOP, path);
    }

    /// <summary>Makes every missing directory of the path.</summary>
    public static SafeFileDescriptor OpenOrCreateDirectory(SafeFileDescriptor root, string path) =>
        OpenOrCreate(root, path, directory: true);

    // Makes the first missing component and returns the path to go on with: the same, or, where that component is a dangling link,
    // the link followed.
    private static string Create(SafeFileDescriptor root, string path, bool directory, uint directoryMode)
    {
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < parts.Length; i++)
        {
            using SafeFileDescriptor parent = Open(root, string.Join('/', parts[..i]), OpenFlags.Path | OpenFlags.Directory);
            bool last = i == parts.Length - 1;
            using SafeFileDescriptor? there = OpenIfThere(root, string.Join('/', parts[..(i + 1)]), OpenFlags.Path);
            if (there is not null) continue;
            int result = directory || !last ? FileCalls.mkdirat(parent.Number, parts[i], directoryMode)
                : FileCalls.mknodat(parent.Number, parts[i], RegularFile | Octal.O644, 0);
            if (result == 0) continue;
            int errno = Marshal.GetLastPInvokeError();
            if (errno != Errno.EEXIST) throw new KernelException("create mount point", errno, path);
            string link = ReadLink(parent, parts[i]);
            string[] before = link.StartsWith('/') ? [] : parts[..i];
            return string.Join('/', [.. before, link, .. parts[(i + 1)..]]);
        }
        return path;
    }

    internal static string ReadLink(SafeFileDescriptor? directory, string name)
    {
        byte* target = stackalloc byte[4096];
        nint length = FileCalls.readlinkat(LinuxFile.At(directory), name, target, 4096);
        return length >= 0 ? System.Text.Encoding.UTF8.GetString(target, (int)length) : throw KernelException.Last("read link", name);
    }

    private static SafeFileDescriptor? TryOpen(SafeFileDescriptor root, string path, OpenFlags flags, ulong resolve, out int errno)
    {
        byte[] terminated = SystemCalls.Terminated(path.Trim('/').Length == 0 ? "." : path)!;
        int descriptor = OpenCall.Resolved(root, terminated, flags, resolve, out errno);
        return errno == 0 ? new SafeFileDescriptor(descriptor) : null;
    }
}
