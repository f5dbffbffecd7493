using Gantry.Oci.Image;

namespace Gantry.Build.Planning;

/// <summary>What an image is for.</summary>
public sealed record TargetPlatform(string Os, string Architecture, string Variant)
{
    public static TargetPlatform Host { get; } = new("linux", HostArchitecture.Name, "");

    /// <param name="text"><c>os/architecture[/variant]</c>, <c>os</c> alone, or nothing for this host's.</param>
    /// <exception cref="GantryException">Invalid, in Docker's words.</exception>
    public static TargetPlatform Parse(string? text)
    {
        if (string.IsNullOrEmpty(text)) return Host;
        string[] parts = text.ToLowerInvariant().Split('/');
        if (parts.Length > 3
            || parts.Any(part => part.Length == 0 || !part.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')))
            throw GantryException.Invalid($"\"{text}\": platform specifier must be of the form <os>[/<architecture>[/<variant>]]");
        return new TargetPlatform(parts[0], parts.Length > 1 ? parts[1] : Host.Architecture, parts.Length > 2 ? parts[2] : "");
    }

    public override string ToString() => Variant.Length > 0 ? $"{Os}/{Architecture}/{Variant}" : $"{Os}/{Architecture}";
}
