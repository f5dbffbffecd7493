using Gantry.Storage.Archives;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Containers.Files;

/// <summary>A container's root filesystem, about to be written.</summary>
public sealed class ContainerExport : IDisposable
{
    private readonly MountedTree _tree;

    internal ContainerExport(MountedTree tree) => _tree = tree;

    public void Write(Stream output)
    {
        using TarWriter tar = new(output);
        TreeArchive archive = new(tar) { WholeSeconds = true };
        archive.AddRoot(_tree.Root, new RootAttributes(Octal.O755, 0, 0));
        archive.AddContent(_tree.Root, []);
    }

    public void Dispose() => _tree.Dispose();
}
