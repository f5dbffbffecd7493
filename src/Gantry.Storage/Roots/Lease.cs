namespace Gantry.Storage.Roots;

/// <summary>Keeps blobs and layers that nobody refers to yet, while somebody is at work with them.
/// What is still unreferenced when it ends is collected.</summary>
/// <remarks>One with a life is on disk too: should this process be killed, what it named stays until then, for whoever goes on with it.
/// Others end with the process, as the work does that they are for, and are to be had on a full disk.</remarks>
public sealed class Lease : IDisposable
{
    private readonly Collector _collector;

    internal Lease(Collector collector, string owner, string purpose) => (_collector, Owner, Purpose) = (collector, owner, purpose);

    public string Owner { get; }

    /// <summary>What is being done, so that whoever does it again takes over what was left.</summary>
    public string Purpose { get; }

    /// <summary>What is unreferenced at the end is kept as a download that was broken off.</summary>
    public bool KeepsDownloads { get; init; }

    /// <summary>How long it outlives this process; null for not at all.</summary>
    internal TimeSpan? Life { get; init; }

    /// <summary>Where it is on disk; null for one that ends with the process.</summary>
    internal string? Path { get; init; }

    /// <summary>Of one that an earlier process left, with nobody at work.</summary>
    internal DateTimeOffset? Expires { get; init; }

    /// <summary>Guarded by the collector.</summary>
    internal RootSet Roots { get; } = new();

    /// <summary>What the file has: how many roots, and until when. Guarded by the collector.</summary>
    internal (int Count, DateTimeOffset Until) Saved { get; set; }

    /// <summary>Whether the file lacks a root, or would be over too soon for work that goes on.</summary>
    internal bool IsToBeSaved(DateTimeOffset now) =>
        Life is { } life && Roots.Count > 0 && (Roots.Count != Saved.Count || Saved.Until - now < life / 2);

    /// <summary>To be called before looking whether it is there: from then on it stays.</summary>
    public void PinBlob(string digest) => _collector.Pin(this, roots => roots.Blobs.Add(digest));

    /// <inheritdoc cref="PinBlob"/>
    public void PinLayer(string chainId) => _collector.Pin(this, roots => roots.Layers.Add(chainId));

    /// <summary>As <see cref="PinBlob"/>; for a build's writable layer between two of its steps, which no container has.</summary>
    public void PinSnapshot(string key) => _collector.Pin(this, roots => roots.Snapshots.Add(key));

    /// <summary>Finds and pins in one step, so that no collection comes between.</summary>
    public T Pin<T>(Func<RootSet, T> find) => _collector.Pin(this, find);

    public void Dispose() => _collector.End(this);
}
