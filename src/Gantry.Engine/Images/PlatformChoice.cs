using Gantry.Oci.Image;

namespace Gantry.Engine.Images;

/// <summary>Which of an index's images is meant, by default this machine's.</summary>
/// <param name="IsGiven">Somebody has said so.</param>
internal sealed record PlatformChoice(TargetPlatform Platform, bool IsGiven)
{
    public string? Variant => Platform.Variant.Length > 0 ? Platform.Variant : null;

    /// <exception cref="GantryException">Invalid.</exception>
    public static PlatformChoice Parse(string? text) => new(TargetPlatform.Parse(text), IsGiven: !string.IsNullOrEmpty(text));

    /// <summary>The best fit; attestations and other platforms never fit.</summary>
    /// <exception cref="GantryException">NotFound: there is none.</exception>
    public Descriptor Choose(IReadOnlyList<Descriptor> manifests)
    {
        Descriptor? best = null;
        foreach (Descriptor one in manifests)
        {
            if (one.Platform is { } platform && !Fits(platform.Os, platform.Architecture, platform.Variant)) continue;
            if (one.Platform is null && manifests.Count > 1) continue;
            // Of several variants the plainest runs on most machines, unless one was named.
            if (best is null || (Variant is null && one.Platform?.Variant is null && best.Platform?.Variant is not null)) best = one;
        }
        return best ?? throw GantryException.NotFound($"no matching manifest for {this} in the manifest list entries");
    }

    public bool Fits(string? os, string? architecture, string? variant) =>
        (os ?? "linux") == Platform.Os && TargetPlatform.Normal(architecture ?? Platform.Architecture) == Platform.Architecture
            && (Variant is null || variant is null || variant == Variant);

    /// <param name="name">As the caller wrote it.</param>
    /// <exception cref="GantryException">NotFound: the image is for another platform than the one that was asked for.</exception>
    public void Require(Image image, string name)
    {
        if (IsGiven && !Fits(image.Config.Os, image.Config.Architecture, image.Config.Variant))
            throw GantryException.NotFound($"image with reference {name} was found but does not provide the specified platform ({this})");
    }

    public override string ToString() => Platform.ToString();
}
