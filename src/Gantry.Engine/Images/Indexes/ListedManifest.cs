using Gantry.Oci.Image;

namespace Gantry.Engine.Images.Indexes;

/// <summary>What a manifest is of.</summary>
public enum ManifestKind
{
    Unknown,
    Image,
    /// <summary>Statements about an image.</summary>
    Attestation,
}

/// <summary>One manifest behind an image's name.</summary>
/// <param name="Descriptor">As the index has it.</param>
/// <param name="IsAvailable">All that it names is here, or can be made of what is here.</param>
/// <param name="Content">Bytes of its blobs that are here.</param>
public sealed record ListedManifest(Descriptor Descriptor, ManifestKind Kind, bool IsAvailable, long Content)
{
    /// <summary>Of an image; null where nothing says it.</summary>
    public Platform? Platform { get; init; }

    /// <summary>Bytes of its unpacked layers; 0 for one that is not unpacked.</summary>
    public long Unpacked { get; init; }

    /// <summary>Identifiers of the containers made from it.</summary>
    public IReadOnlyList<string> Containers { get; init; } = [];

    /// <summary>Of an attestation: the digest of the manifest that it is about.</summary>
    public string Subject { get; init; } = "";
}
