using Gantry.Oci.Image;

namespace Gantry.Engine.Images.Indexes;

/// <summary>One image of an index that is to be.</summary>
/// <param name="Image">Whole as long as the caller's lease lasts; it need not be known here.</param>
/// <param name="Platform">What it was made for; what its configuration says of itself comes first.</param>
public sealed record IndexPart(Image Image, TargetPlatform Platform)
{
    /// <summary>Of its manifest.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>Of its place in the index.</summary>
    public IReadOnlyDictionary<string, string> DescriptorAnnotations { get; init; } = new Dictionary<string, string>();

    /// <summary>What attests it, once the digest of its manifest is known.</summary>
    public Func<string, IReadOnlyList<Attestation>> Attest { get; init; } = static _ => [];

    internal Platform InIndex => new()
    {
        Os = Image.Config.Os ?? Platform.Os, Architecture = Image.Config.Architecture ?? Platform.Architecture,
        Variant = Image.Config.Variant ?? (Platform.Variant.Length > 0 ? Platform.Variant : null),
    };
}

/// <summary>A statement about an image, as in-toto has it.</summary>
/// <param name="PredicateType">What kind of statement, by its address.</param>
public sealed record Attestation(string PredicateType, byte[] Statement);
