using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Linux.Processes;
using Gantry.Linux.Trees;

namespace Gantry.Runtime.Containers;

/// <summary>This program, for execution inside a container, so that nothing inside can write to the file on the host through /proc/PID/exe
/// (CVE-2019-5736).</summary>
/// <remarks>
/// A read-only overlay over the program's directory costs no copy and shares the page cache,
/// and being of its own file system it cannot be made writable by any remount. Where overlayfs is not to be had, a sealed copy in memory
/// does the same for some megabytes. A copy is also what joins a user namespace: root in there may trace whoever executes a file in it, and
/// would find the host's tree in our hands, but not a process whose program it may not read.
/// </remarks>
internal sealed class SealedExecutable : IDisposable
{
    private SealedExecutable(SafeFileDescriptor directory, string path) => (Directory, Path) = (directory, path);

    public SafeFileDescriptor Directory { get; }

    /// <summary>Below <see cref="Directory"/>; empty when that is the file itself.</summary>
    public string Path { get; }

    /// <param name="joined">The namespaces of others that the program will run in.</param>
    public static SealedExecutable Open(string stateRoot, NamespaceKinds joined)
    {
        if (joined.HasFlag(NamespaceKinds.User)) return new SealedExecutable(SealedMemory.CopyOf("/proc/self/exe", unreadable: true), "");
        string program = LinuxFile.ReadLink("/proc/self/exe");
        try
        {
            string empty = System.IO.Path.Combine(stateRoot, ".empty");
            OwnDirectory.Make(empty, OwnDirectory.OwnerOnly);
            SafeFileDescriptor overlay = OverlayMount.Create([System.IO.Path.GetDirectoryName(program)!, empty], null, null, [],
                MountAttributes.ReadOnly | MountAttributes.NoSuid | MountAttributes.NoDevices);
            return new SealedExecutable(overlay, System.IO.Path.GetFileName(program));
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            return new SealedExecutable(SealedMemory.CopyOf("/proc/self/exe"), "");
        }
    }

    public void Dispose() => Directory.Dispose();
}
