using Gantry.Linux.Files;
using Gantry.Linux.Native;

namespace Gantry.Linux.Processes;

/// <summary>Files that stand for a namespace: /proc/PID/ns/*, and what they were bound to.</summary>
public static class NamespaceFile
{
    private const ulong NS_GET_NSTYPE = 0xb703;

    /// <summary>Opens one for joining.</summary>
    /// <exception cref="GantryException">It is there, but not a namespace of that kind; <paramref name="field"/> is named.</exception>
    /// <exception cref="KernelException"/>
    public static SafeFileDescriptor Open(string path, NamespaceKinds kind, string field)
    {
        SafeFileDescriptor file = LinuxFile.Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlock);
        int found = DescriptorCalls.ioctl(file, NS_GET_NSTYPE, 0);
        if (found == (int)kind) return file;
        file.Dispose();
        throw GantryException.Invalid(found < 0 ? $"{field}: {path} is not a namespace"
            : $"{field}: {path} is a {(NamespaceKinds)found} namespace");
    }
}
