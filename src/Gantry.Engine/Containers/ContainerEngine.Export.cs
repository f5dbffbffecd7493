using Gantry.Engine.Containers.Archives;
using Gantry.Storage.Archives;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Containers;

/// <summary>A container's root filesystem, about to be written.</summary>
public sealed class ContainerExport : IDisposable
{
    private readonly MountedTree _tree;

    internal ContainerExport(MountedTree tree) => _tree = tree;

    public void Write(Stream output)
    {
        using TarWriter tar = new(output);
        TreeArchive archive = new(tar) { WholeSeconds = true };
        archive.AddRoot(_tree.Root, new RootAttributes(0x1ED, 0, 0));
        archive.AddContent(_tree.Root, []);
    }

    public void Dispose() => _tree.Dispose();
}

public sealed partial class ContainerEngine
{
    /// <summary>The whole root filesystem without what is mounted in it.</summary>
    public async Task<ContainerExport> ExportAsync(string reference, CancellationToken cancellation)
    {
        Container container = Store.Find(reference);
        using IDisposable gate = await container.LockAsync(cancellation);
        if (container.Status.RemovalInProgress || container.Status.Dead)
            throw GantryException.Conflict($"You cannot export container {container.Id} which is being removed");
        ContainerExport export = new(ContainerTree.OpenRootMount(container) ?? MountedTree.Open(snapshots.Mount(container.Id)));
        Publish(container, "export");
        return export;
    }
}
