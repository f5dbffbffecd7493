using System.Text.Json.Serialization;
using Gantry.Api.Json;

namespace Gantry.Api.Images;

/// <summary>One manifest behind an image's name: the image for a platform, or statements about one.</summary>
public sealed class ImageManifestSummary
{
    /// <summary>The manifest's digest.</summary>
    public string ID { get; set => field = value ?? ""; } = "";
    public Descriptor Descriptor { get; set => field = value ?? new(); } = new();
    /// <summary>All that it names is here.</summary>
    public bool Available { get; set; }
    public ManifestSize Size { get; set => field = value ?? new(); } = new();
    /// <summary><c>image</c>, <c>attestation</c> or <c>unknown</c>.</summary>
    public string Kind { get; set => field = value ?? ""; } = "";
    /// <summary>Of an image alone.</summary>
    public ManifestImage? ImageData { get; set; }
    /// <summary>Of an attestation alone.</summary>
    public ManifestAttestation? AttestationData { get; set; }
}

/// <summary>Bytes that are here of a manifest.</summary>
public sealed class ManifestSize
{
    /// <summary>Its blobs.</summary>
    public long Content { get; set; }
    /// <summary>These, and what is unpacked of them.</summary>
    public long Total { get; set; }
}

public sealed class ManifestImage
{
    public DescriptorPlatform Platform { get; set => field = value ?? new(); } = new();
    /// <summary>Identifiers of those made from it.</summary>
    public List<string> Containers { get; set => field = value ?? []; } = [];
    public ManifestUnpackedSize Size { get; set => field = value ?? new(); } = new();
}

public sealed class ManifestUnpackedSize
{
    public long Unpacked { get; set; }
}

public sealed class ManifestAttestation
{
    /// <summary>The digest of the manifest that it is about.</summary>
    public string For { get; set => field = value ?? ""; } = "";
}

/// <summary>One entry of <c>GET /images/{name}/attestations</c>.</summary>
public sealed class AttestationStatement
{
    public Descriptor Descriptor { get; set => field = value ?? new(); } = new();
    /// <summary>What kind of statement, by its address.</summary>
    public string PredicateType { get; set => field = value ?? ""; } = "";
    /// <summary>As it is; null unless it was asked for.</summary>
    [JsonConverter(typeof(RawJson))] public byte[]? Statement { get; set; }
}
