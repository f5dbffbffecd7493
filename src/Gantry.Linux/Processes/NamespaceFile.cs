using System.Runtime.InteropServices;
using Gantry.Linux.Files;

namespace Gantry.Linux.Processes;

/// <summary>Files that stand for a namespace: /proc/PID/ns/*, and what they were bound to.</summary>
public static partial class NamespaceFile
{
    private const ulong NS_GET_NSTYPE = 0xb703;

    /// <summary>Opens one for joining.</summary>
    /// <exception cref="GantryException">It is there, but not a namespace of that kind; <paramref name="field"/> is named.</exception>
    /// <exception cref="KernelException"/>
    public static SafeFileDescriptor Open(string path, NamespaceKinds kind, string field)
    {
        SafeFileDescriptor file = LinuxFile.Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlock);
        int found = ioctl(file.Number, NS_GET_NSTYPE);
        if (found == (int)kind) return file;
        file.Dispose();
        throw GantryException.Invalid(found < 0 ? $"{field}: {path} is not a namespace"
            : $"{field}: {path} is a {(NamespaceKinds)found} namespace");
    }

    [LibraryImport("libc", SetLastError = true)] private static partial int ioctl(int fd, ulong request);
}
