using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Linux.Processes;
using Gantry.Linux.Trees;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Containers.Files;

/// <summary>The files of a container as its processes see them, volumes included: of a running one in its own mount namespace, of a stopped
/// one in a namespace made for it.</summary>
/// <remarks>Every path is resolved with <see cref="Root"/> as the root, so a link in the container leads nowhere else.</remarks>
internal sealed class ContainerTree : IDisposable
{
    private readonly IDisposable[] _held;

    private ContainerTree(DirectoryHandle root, params IDisposable[] held) => (Root, _held) = (root, held);

    public DirectoryHandle Root { get; }

    /// <summary>To be called under the container's gate. A container that ends meanwhile leaves the tree as it was.</summary>
    public static ContainerTree Open(Container container, RootMount root)
    {
        if (container.Status.Running && Running(container) is { } tree) return tree;
        IEnumerable<PlacedMount> own = container.Record.Mounts.Where(mount => mount.Type != "tmpfs" && Path.Exists(mount.Source))
            .Select(mount => new PlacedMount(mount.Source, mount.Destination, !mount.ReadWrite, !mount.NonRecursive));
        List<PlacedMount> mounts = [.. own.Concat(NetworkFiles(container)).OrderBy(mount => mount.Destination.Count(c => c == '/'))];
        // Not the container's own directory as the place: a removal takes that away, and with it what is mounted there.
        (SafeFileDescriptor top, SafeFileDescriptor space) = MountedElsewhere.Assemble(root.Open, container.HostConfig.ReadonlyRootfs,
            Path.GetDirectoryName(container.Paths.Directory)!, mounts);
        return new ContainerTree(DirectoryHandle.Open(top), top, space);
    }

    /// <summary>Its name and network, as it had them last; empty before the first start.</summary>
    private static IEnumerable<PlacedMount> NetworkFiles(Container container)
    {
        foreach ((string source, string destination) in ContainerMounts.NetworkFiles(container))
        {
            if (!File.Exists(source)) File.WriteAllBytes(source, []);
            yield return new PlacedMount(source, destination, container.HostConfig.ReadonlyRootfs, Recursive: false);
        }
    }

    /// <summary>
    /// What a copy of a whole tree leaves out, as Docker's does: the files of the kernel, and the devices.
    /// Those that are asked for by name are there.
    /// </summary>
    public Predicate<DirectoryHandle> IsClosed(Container container)
    {
        bool ownDevices = container.Record.Mounts.Any(mount => mount.Destination == "/dev");
        FileStatus devices = default;
        if (!container.Status.Running || ownDevices || Root.TryStatus("dev"u8, out devices) != 0) devices = default;
        return directory => FileNature.IsOfKernel(directory.FileSystem)
            || (devices.Inode != 0 && directory.TryStatus([], out FileStatus status) == 0
            && (status.Device, status.Inode) == (devices.Device, devices.Inode));
    }

    /// <summary>The container's own root mount alone, as its processes see it; null when it does not run.</summary>
    public static MountedTree? OpenRootMount(Container container)
    {
        if (!container.Status.Running) return null;
        using SafeFileDescriptor? process = Process(container);
        return process is null ? null : WhileItLives(() => MountedTree.Of(MountedElsewhere.CloneRoot(process)));
    }

    private static ContainerTree? Running(Container container)
    {
        using SafeFileDescriptor? process = Process(container);
        if (process is null) return null;
        DirectoryHandle? root = WhileItLives(() => DirectoryHandle.Open($"/proc/{container.Status.Pid}/root"));
        if (root is null) return null;
        // Still there: then the number was its own when it was used.
        if (PidFd.Signal(process, 0)) return new ContainerTree(root);
        root.Dispose();
        return null;
    }

    /// <returns>Null when the process ended on the way: its files are read as those of a container that has ended.</returns>
    private static T? WhileItLives<T>(Func<T> open) where T : class
    {
        try
        {
            return open();
        }
        catch (KernelException e) when (e.Errno is Errno.ESRCH or Errno.ENOENT)
        {
            return null;
        }
    }

    /// <summary>PID 1 of the container. Its number may have been given to somebody else an instant ago,
    /// so it must be in the container's cgroup.</summary>
    private static SafeFileDescriptor? Process(Container container)
    {
        SafeFileDescriptor? process = PidFd.Open(container.Status.Pid);
        if (process is null) return null;
        if (CgroupsOf(container.Status.Pid).Contains(container.Id, StringComparison.Ordinal)) return process;
        process.Dispose();
        return null;
    }

    /// <returns>Empty when the process is gone, or goes while they are read.</returns>
    private static string CgroupsOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cgroup");
        }
        catch (IOException)
        {
            return "";
        }
    }

    public void Dispose()
    {
        Root.Dispose();
        foreach (IDisposable held in _held) held.Dispose();
    }
}
