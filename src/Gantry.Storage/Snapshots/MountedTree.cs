using Gantry.Linux;
using Gantry.Linux.Mounts;
using Gantry.Linux.Trees;

namespace Gantry.Storage.Snapshots;

/// <summary>A container's root filesystem for reading, put together as a detached mount that this process alone sees; nothing that is
/// mounted in the container is in it.</summary>
/// <remarks>Meant for one that does not run: of a running one, the container's own mount shows what it writes meanwhile.</remarks>
public sealed class MountedTree : IDisposable
{
    private readonly SafeFileDescriptor _mount;

    private MountedTree(SafeFileDescriptor mount, DirectoryHandle root) => (_mount, Root) = (mount, root);

    public DirectoryHandle Root { get; }

    public static MountedTree Open(RootMount root)
    {
        if (root.Type != RootMount.Overlay) return Of(root.Open());
        // Without a work directory and read-only: nothing of it is written, whoever has it mounted besides.
        return Of(OverlayMount.Create([root.Upper!, .. root.Lower], null, null, []));
    }

    /// <param name="mount">Closed with this.</param>
    public static MountedTree Of(SafeFileDescriptor mount) => new(mount, DirectoryHandle.Open(mount));

    public void Dispose()
    {
        Root.Dispose();
        _mount.Dispose();
    }
}
