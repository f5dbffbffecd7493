namespace Gantry.Engine.Images;

/// <summary>Keeps blobs and layers that no image refers to yet, while a load or a save needs them.
/// What is still unreferenced when it ends is removed.</summary>
internal sealed class ImageLease : IDisposable
{
    private readonly ImageStore _store;

    public ImageLease(ImageStore store) => _store = store;

    /// <summary>What is unreferenced at the end is kept as a download that was broken off:
    /// for a pull that fails after some of its layers.</summary>
    public bool KeepsDownloads { get; init; }

    /// <summary>Guarded by the store's lock, as is <see cref="Chains"/>.</summary>
    public HashSet<string> Blobs { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Chains { get; } = new(StringComparer.Ordinal);

    /// <summary>To be called before looking whether it is there: from then on it stays.</summary>
    public void PinBlob(string digest) => _store.Pin(Blobs, digest);

    /// <inheritdoc cref="PinBlob"/>
    public void PinChain(string chainId) => _store.Pin(Chains, chainId);

    public void Dispose() => _store.End(this);
}
