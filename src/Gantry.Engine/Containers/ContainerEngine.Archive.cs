using Gantry.Api.Containers;
using Gantry.Engine.Containers.Archives;
using Gantry.Linux;
using Gantry.Linux.Accounts;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Gantry.Storage.Layers;

namespace Gantry.Engine.Containers;

/// <summary>A part of a container that is about to be read; what can fail for the user has been tried.</summary>
public sealed class ContainerArchive : IDisposable
{
    private readonly ContainerTree _tree;
    private readonly ContainerPath _path;
    private readonly Predicate<DirectoryHandle> _isClosed;
    private readonly Action _read;

    /// <param name="isClosed">Directories of which the content is left out.</param>
    /// <param name="read">Called when it is read, and not merely looked at.</param>
    internal ContainerArchive(ContainerTree tree, ContainerPath path, Predicate<DirectoryHandle> isClosed, Action read) =>
        (_tree, _path, _isClosed, _read) = (tree, path, isClosed, read);

    public ContainerPathStatus Status => PathStatus.Of(_path);

    /// <summary>A tar archive whose names begin with the last part of the path as the user wrote it.</summary>
    public void Write(Stream output)
    {
        _read();
        if (_tree.Root.TryOpenInRoot(LayerPath.Parent(_path.Resolved), out DirectoryHandle? parent) != 0) return;
        using (parent)
        using (TarWriter tar = new(output))
            new TreeArchive(tar) { IsClosed = _isClosed, WholeSeconds = true }.AddTree(parent!, LayerPath.Base(_path.Resolved),
                PathBytes.Of(_path.Name));
    }

    public void Dispose() => _tree.Dispose();
}

public sealed partial class ContainerEngine
{
    /// <exception cref="GantryException">NotFound: the container, or the path in it.</exception>
    public async Task<ContainerArchive> OpenArchiveAsync(string reference, string path, CancellationToken cancellation)
    {
        Container container = Store.Find(reference);
        ContainerTree tree = await OpenTreeAsync(reference, path, cancellation);
        try
        {
            return new ContainerArchive(tree, ContainerPath.Find(tree.Root, path, reference), tree.IsClosed(container),
                () => Publish(container, "archive-path"));
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
        Container container = Store.Find(reference);
        using ContainerTree tree = await OpenTreeAsync(reference, path, cancellation);
        await Task.Factory.StartNew(() => Extract(container, tree, path, reference, archive, asUser, keepKinds, cancellation),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Publish(container, "extract-to-dir");
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
        Container container = Store.Find(reference);
        using IDisposable gate = await container.LockAsync(cancellation);
        if (container.Status.RemovalInProgress || container.Status.Dead)
            throw GantryException.Conflict($"container {container.Id} is marked for removal");
        return ContainerTree.Open(container, snapshots.Mount(container.Id));
    }
}
