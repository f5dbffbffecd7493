using Gantry.Api.Containers;
using Gantry.Linux;
using Gantry.Linux.Trees;

namespace Gantry.Engine.Containers;

public sealed partial class ContainerEngine
{
    /// <summary>Made in every container where the image has not got them, to mount on.</summary>
    private static readonly HashSet<string> MadePlaces = new(StringComparer.Ordinal)
    {
        "dev", "etc", "etc/hostname", "etc/hosts", "etc/resolv.conf", "proc", "sys", InitProgram.InsidePath.Trim('/'),
        Path.GetDirectoryName(InitProgram.InsidePath)!.Trim('/'),
    };

    /// <summary>What the container has changed in its filesystem, by path.</summary>
    public List<FilesystemChange> Changes(string reference)
    {
        Container container = Store.Find(reference);
        List<FilesystemChange> changes = [];
        try
        {
            snapshots.Compare(container.Id, MadePlaces, directoryTimes: false,
                change => changes.Add(new FilesystemChange { Kind = (int)change.Kind, Path = "/" + PathBytes.Show(change.Path) }));
        }
        catch (Exception e) when (e is KernelException or GantryException && container.Status.RemovalInProgress)
        {
            // The comparison takes no gate, for it may last: the container was removed under it.
            throw GantryException.NotFound($"No such container: {reference}");
        }
        return changes;
    }
}
