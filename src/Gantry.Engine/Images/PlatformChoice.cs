using Gantry.Oci.Image;

namespace Gantry.Engine.Images;

/// <summary>Which of an index's images is meant: <c>os[/architecture[/variant]]</c>, by default this machine.</summary>
internal sealed record PlatformChoice(string Os, string Architecture, string? Variant, bool IsGiven)
{
    public static PlatformChoice Machine { get; } = new("linux", HostArchitecture.Name, null, IsGiven: false);

    /// <exception cref="GantryException">Invalid.</exception>
    public static PlatformChoice Parse(string? text)
    {
        if (string.IsNullOrEmpty(text)) return Machine;
        string[] parts = text.ToLowerInvariant().Split('/');
        if (parts.Length > 3
            || parts.Any(static part => part.Length == 0
            || part.Any(static c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.'))))
            throw GantryException.Invalid($"\"{text}\": platform specifier must be of the form <os>[/<architecture>[/<variant>]]");
        if (parts.Length == 1) return parts[0] == "linux" ? Machine with { IsGiven = true } : new("linux", Normal(parts[0]), null, true);
        (string architecture, string? variant) = (Normal(parts[1]), parts.Length > 2 ? parts[2] : null);
        return new(parts[0], architecture, variant, true);
    }

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
        (os ?? "linux") == Os && Normal(architecture ?? Architecture) == Architecture
            && (Variant is null || variant is null || variant == Variant);

    /// <param name="name">As the caller wrote it.</param>
    /// <exception cref="GantryException">NotFound: the image is for another platform than the one that was asked for.</exception>
    public void Require(Image image, string name)
    {
        if (IsGiven && !Fits(image.Config.Os, image.Config.Architecture, image.Config.Variant))
            throw GantryException.NotFound($"image with reference {name} was found but does not provide the specified platform ({this})");
    }

    private static string Normal(string architecture) => architecture switch
    {
        "x86_64" or "x86-64" => "amd64",
        "aarch64" => "arm64",
        "armhf" or "armel" => "arm",
        "i386" => "386",
        _ => architecture,
    };

    public override string ToString() => Variant is null ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";
}
