using Gantry.Oci.Image;

namespace Gantry.Engine.Images.Indexes;

/// <summary>How manifests say that they attest an image, in the public form that BuildKit's images have.</summary>
internal static class AttestationNames
{
    /// <summary>The system and architecture of what is no image.</summary>
    public const string Unknown = "unknown";

    /// <summary>The type of a layer that is a statement.</summary>
    public const string Layer = "application/vnd.in-toto+json";

    /// <summary>Of a layer: what kind of statement it is.</summary>
    public const string PredicateType = "in-toto.io/predicate-type";

    /// <summary>Of a manifest in its index: what it is, and of which image.</summary>
    public const string ReferenceType = "vnd.docker.reference.type", ReferenceDigest = "vnd.docker.reference.digest";

    public const string Kind = "attestation-manifest";

    /// <summary>The digest of the manifest that one attests; null for one that attests none.</summary>
    public static string? SubjectOf(Descriptor manifest) =>
        manifest.Annotations is { } said && said.GetValueOrDefault(ReferenceType) == Kind
            && said.GetValueOrDefault(ReferenceDigest) is { } subject && Digest.IsValid(subject) ? subject : null;
}
