using Gantry.Storage.Roots;

namespace Gantry.Engine.Containers;

/// <summary>A container's writable layer has its identifier: of each that is here, set aside, or being created.
/// What it stands on is kept by the layer itself.</summary>
public sealed class ContainerRoots(ContainerStore containers) : IRootOwner
{
    public void AddRoots(RootSet needed)
    {
        needed.Snapshots.UnionWith(containers.Expected);
        foreach (Container container in containers.All) needed.Snapshots.Add(container.Id);
        foreach (SetAsideContainer container in containers.AllSetAside) needed.Snapshots.Add(container.Id);
    }
}
