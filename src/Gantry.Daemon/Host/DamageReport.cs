using Gantry.Daemon.Containers;
using Gantry.Daemon.Images;
using Gantry.Daemon.Networks;
using Gantry.Daemon.Volumes;
using Gantry.Engine.Host;

namespace Gantry.Daemon.Host;

/// <summary>Everything in the data root that is known to be damaged.</summary>
internal sealed class DamageReport(EngineIdentity identity, ImagePart images, VolumePart volumes, NetworkPart networks,
    ContainerPart containers)
{
    public EngineIdentity Identity => identity;

    public IReadOnlyList<Damage> All() => [.. images.Store.Damages(), .. images.Collector.Damages(), .. UnreadableLayers(), .. Others()];

    /// <summary>As <see cref="All"/>, without what a check of the store finds by itself.</summary>
    public IReadOnlyList<Damage> Others() =>
        [.. containers.Engine.Damaged.List(), .. volumes.Store.Damages(), .. networks.Controller.Damages,
            .. identity.Damage is { } damage ? [damage] : Array.Empty<Damage>()];

    private IEnumerable<Damage> UnreadableLayers() =>
        images.Store.Snapshotter.Unreadable.Select(one =>
            new Damage("layer", one.Key, $"cannot be used: {one.Value}; no layer is removed meanwhile", "a check finds out what it is"));
}
