using Gantry.Oci.Image;
using Gantry.Storage.Roots;

namespace Gantry.Engine.Images;

/// <summary>An image that is here, whole. Immutable; its names are the store's business.</summary>
public sealed record Image
{
    /// <summary>Digest of the configuration: <c>sha256:…</c>.</summary>
    public required string Id { get; init; }
    public required OciImage Config { get; init; }
    /// <summary>Its layers in the snapshotter, bottom first.</summary>
    public required IReadOnlyList<string> ChainIds { get; init; }
    /// <summary>Sum of the sizes of the files in its layers, in bytes.</summary>
    public long Size { get; init; }
    /// <summary>Digest of the manifest in the content store.</summary>
    public required string Manifest { get; init; }
    public required string ManifestType { get; init; }
    /// <summary>Its layers as blobs, bottom first, as the manifest lists them.</summary>
    public required IReadOnlyList<Descriptor> Layers { get; init; }
    /// <summary>What its names stand for besides: the same for other platforms, and attestations; null for the image alone.</summary>
    public ImageIndex? Index { get; init; }
    /// <summary>Digests of everything in the content store that belongs to it.</summary>
    public required IReadOnlyList<string> Blobs { get; init; }
    /// <summary>Everything of it would survive a power loss.</summary>
    internal bool IsSettled { get; init; }
    public DateTimeOffset? LastTagged { get; init; }

    public DateTimeOffset? Created => Config.Created;
    public IReadOnlyList<string> DiffIds => Config.RootFs?.DiffIds ?? [];
    /// <summary>The 12 digits that people see.</summary>
    public string ShortId => Id[7..19];

    internal static string Short(string id) => id.Length > 12 ? id[..12] : id;

    /// <summary>Without what its names stand for besides.</summary>
    internal Image Alone => Index is null ? this
        : this with { Index = null, Blobs = [.. Layers.Select(layer => layer.Digest).Prepend(Id).Prepend(Manifest).Distinct()] };

    /// <summary>What it needs of the stores.</summary>
    internal void AddTo(RootSet needed)
    {
        needed.Blobs.UnionWith(Blobs);
        needed.Layers.UnionWith(ChainIds);
    }
}
