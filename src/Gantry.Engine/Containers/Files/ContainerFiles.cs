using Gantry.Api.Containers;
using Gantry.Linux;
using Gantry.Linux.Accounts;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Gantry.Storage.Layers;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Containers.Files;

/// <summary>A container's files, for who looks from outside: copied out and in, exported, compared with its image.</summary>
public sealed class ContainerFiles(ContainerStore store, ISnapshotter snapshots, ContainerEvents events)
{
    /// <summary>Made in every container where the image has not got them, to mount on.</summary>
    public static readonly IReadOnlySet<string> MadePlaces = new HashSet<string>(StringComparer.Ordinal)
    {
        "dev", "etc", "etc/hostname", "etc/hosts", "etc/resolv.conf", "proc", "sys", InitProgram.InsidePath.Trim('/'),
        Path.GetDirectoryName(InitProgram.InsidePath)!.Trim('/'),
    };

    /// <exception cref="GantryException">NotFound: the container, or the path in it.</exception>
    public async Task<ContainerArchive> OpenArchiveAsync(string reference, string path, CancellationToken cancellation)
    {
        Container container = store.Find(reference);
        ContainerTree tree = await OpenTreeAsync(reference, path, cancellation);
        try
        {
            return new ContainerArchive(tree, ContainerPath.Find(tree.Root, path, reference), tree.IsClosed(container),
                () => events.Publish(container, "archive-path"));
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }

    /// <summary>Unpacks an archive into a directory of a container.</summary>
    /// <param name="asUser">Files belong to the container's user, not to whom the archive says.</param>
    /// <param name="keepKinds">A directory is not replaced by something else, nor the reverse.</param>
    public async Task ExtractArchiveAsync(string reference, string path, Stream archive, bool asUser, bool keepKinds,
        CancellationToken cancellation)
    {
        Container container = store.Find(reference);
        using ContainerTree tree = await OpenTreeAsync(reference, path, cancellation);
        await Task.Factory.StartNew(() => Extract(container, tree, path, reference, archive, asUser, keepKinds, cancellation),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        events.Publish(container, "extract-to-dir");
    }

    private static void Extract(Container container, ContainerTree tree, string path, string reference, Stream archive, bool asUser,
        bool keepKinds, CancellationToken cancellation)
    {
        byte[] directory = LinkResolution.Resolve(tree.Root, PathBytes.Of(path), followLast: true);
        int errno = tree.Root.TryOpenInRoot(directory, out DirectoryHandle? handle);
        if (errno == Errno.ENOENT) throw ContainerPath.NoFile(path, reference);
        if (errno == Errno.ENOTDIR) throw GantryException.Invalid("extraction point is not a directory");
        if (errno != 0) throw ContainerPath.Refused("open", errno, path);
        using (handle)
        {
            // Asked before anything is read: most clients have sent all by then, but the answer is plain.
            if (handle!.IsReadOnly)
                throw new GantryException(ErrorKind.Forbidden,
                    container.HostConfig.ReadonlyRootfs && !InVolume(container, directory) ? "container rootfs is marked read-only"
                        : "mounted volume is marked read-only");
        }
        ExtractRules rules = new()
        {
            Directory = directory, KeepKinds = keepKinds,
            Owner = asUser && container.Record.Config.User.Length > 0 ? Owner(tree, container.Record.Config.User) : null,
        };
        using Stream plain = Decompression.OpenAny(archive);
        TreeExtract.Run(tree.Root, plain, rules, cancellation);
    }

    private static (uint User, uint Group) Owner(ContainerTree tree, string user)
    {
        Account account = AccountLookup.FindBelow(tree.Root.ProcPath, user);
        return (account.Uid, account.Gid);
    }

    private static bool InVolume(Container container, byte[] directory)
    {
        string path = "/" + PathBytes.Show(directory);
        return container.Record.Mounts.Any(mount => path == mount.Destination
            || path.StartsWith(mount.Destination + "/", StringComparison.Ordinal));
    }

    private async Task<ContainerTree> OpenTreeAsync(string reference, string path, CancellationToken cancellation)
    {
        if (path.Length == 0) throw GantryException.Invalid("bad parameter: path cannot be empty");
        Container container = store.Find(reference);
        using IDisposable gate = await container.LockAsync(cancellation);
        if (container.Status.RemovalInProgress)
            throw GantryException.Conflict($"container {container.Id} is marked for removal");
        return ContainerTree.Open(container, snapshots.Mount(container.Id));
    }

    /// <summary>The whole root filesystem without what is mounted in it.</summary>
    public async Task<ContainerExport> ExportAsync(string reference, CancellationToken cancellation)
    {
        Container container = store.Find(reference);
        using IDisposable gate = await container.LockAsync(cancellation);
        if (container.Status.RemovalInProgress)
            throw GantryException.Conflict($"You cannot export container {container.Id} which is being removed");
        ContainerExport export = new(ContainerTree.OpenRootMount(container) ?? MountedTree.Open(snapshots.Mount(container.Id)));
        events.Publish(container, "export");
        return export;
    }

    /// <summary>What the container has changed in its filesystem, by path.</summary>
    public List<FilesystemChange> Changes(string reference)
    {
        Container container = store.Find(reference);
        List<FilesystemChange> changes = [];
        try
        {
            snapshots.Compare(container.Id, MadePlaces, directoryTimes: false,
                change => changes.Add(new FilesystemChange { Kind = (int)change.Kind, Path = "/" + PathBytes.Show(change.Path) }));
        }
        catch (Exception e) when (Expected.Any(e) && container.Status.RemovalInProgress)
        {
            // The comparison takes no gate, for it may last: the container was removed under it.
            throw GantryException.NotFound($"No such container: {reference}");
        }
        return changes;
    }
}
