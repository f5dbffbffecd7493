using Gantry.Storage.Roots;

namespace Gantry.Engine.Images;

/// <summary>What is at work with images keeps its blobs and layers by a lease until an image names them.</summary>
internal sealed class ImageLeases(Collector collector)
{
    private const string Owner = "images";

    /// <summary>How long a pull that was killed may be gone on with.</summary>
    private static readonly TimeSpan PullsLive = TimeSpan.FromHours(1);

    /// <summary>For what ends with this process.</summary>
    public Lease Open() => collector.Lease(Owner);

    /// <summary>For a pull: what a killed one left of the same is gone on with.</summary>
    public Lease OpenPull(string name) => collector.Lease(Owner, $"pull {name}", PullsLive, keepsDownloads: true);

    /// <summary>Nobody is to go on with what killed pulls left.</summary>
    public void ForgetKilledPulls() => collector.EndLeft(Owner);

    /// <summary>Nobody has gone on with them in time.</summary>
    public void ForgetOldPulls() => collector.EndExpired();

    /// <summary>Everything that nobody needs goes.</summary>
    public void CollectAll() => collector.CollectAll();
}
