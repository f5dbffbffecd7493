using System.Runtime.ExceptionServices;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;

namespace Gantry.Linux.Mounts;

/// <summary>What one of a container's mounts is made of.</summary>
/// <param name="Source">On the host.</param>
/// <param name="Destination">In the tree; links in it are followed there.</param>
public readonly record struct PlacedMount(string Source, string Destination, bool ReadOnly, bool Recursive);

/// <summary>Mounts in another mount namespace than ours. A descriptor of a place in them is good for any thread;
/// the walk from there sees their mounts.</summary>
public static class MountedElsewhere
{
    /// <summary>The root mount of a process, without anything mounted in it, as a detached mount.</summary>
    /// <param name="process">Its pidfd, or its namespace's file.</param>
    public static SafeFileDescriptor CloneRoot(SafeFileDescriptor process) => OnItsOwnThread(() =>
    {
        ThisProcess.JoinNamespaces(process, NamespaceKinds.Mount);
        return DetachedMount.Clone("/", recursive: false);
    });

    /// <summary>Puts a tree of mounts together in a namespace that nobody is in. It is gone when both results are closed.</summary>
    /// <param name="root">Makes the root mount, which is detached.</param>
    /// <param name="place">An existing directory of the host; what is in it stays hidden from nobody but this tree.</param>
    /// <returns>The root, and what keeps the namespace.</returns>
    public static (SafeFileDescriptor Root, SafeFileDescriptor Namespace) Assemble(Func<SafeFileDescriptor> root, bool readOnly,
        string place, IReadOnlyList<PlacedMount> mounts) => OnItsOwnThread(() =>
    {
        ThisProcess.LeaveMountNamespace();
        Mount.SetPropagation("/", MountFlags.Private | MountFlags.Recursive);
        List<SafeFileDescriptor> sources = [];
        SafeFileDescriptor top;
        try
        {
            // Before anything lies on the place: they may be in it.
            foreach (PlacedMount mount in mounts) sources.Add(DetachedMount.Clone(mount.Source, mount.Recursive));
            using (SafeFileDescriptor mount = root())
            {
                using SafeFileDescriptor target = LinuxFile.OpenDirectory(place);
                DetachedMount.Attach(mount, target, place);
            }
            top = LinuxFile.OpenDirectory(place);
            for (int i = 0; i < mounts.Count; i++) Place(top, mounts[i], sources[i]);
        }
        finally
        {
            sources.ForEach(static source => source.Dispose());
        }
        if (readOnly)
        {
            // Last, because the places for the other mounts may have to be made.
            DetachedMount.SetAttributes(top, MountAttributes.ReadOnly, 0, recursive: false, "/");
        }
        return (top, LinuxFile.Open("/proc/thread-self/ns/mnt", OpenFlags.ReadOnly));
    });

    private static void Place(SafeFileDescriptor root, PlacedMount mount, SafeFileDescriptor source)
    {
        if (mount.ReadOnly) DetachedMount.SetAttributes(source, MountAttributes.ReadOnly, 0, recursive: false, mount.Destination);
        using SafeFileDescriptor target =
            RootedPath.OpenOrCreate(root, mount.Destination, FileNature.KindOf(source) == FileKind.Directory);
        DetachedMount.Attach(source, target, mount.Destination);
    }

    /// <summary>A thread that has changed its namespace is of no use to anybody else, so it ends.</summary>
    internal static T OnItsOwnThread<T>(Func<T> work)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                result = work();
            }
            catch (Exception e)
            {
                // Whatever it is belongs to the caller: on a thread of its own it would end the program.
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }
}
