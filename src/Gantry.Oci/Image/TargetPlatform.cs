namespace Gantry.Oci.Image;

/// <summary>The platform that somebody asks for, in Docker's way of writing it.</summary>
/// <param name="Variant">Empty for none.</param>
public sealed record TargetPlatform(string Os, string Architecture, string Variant)
{
    /// <summary>Those of Go, which images have: a word alone is one of these, or one of the architectures.</summary>
    private static readonly HashSet<string> Systems =
    [
        "aix", "android", "darwin", "dragonfly", "freebsd", "illumos", "ios", "js", "linux", "netbsd", "openbsd", "plan9", "solaris",
        "wasip1", "windows",
    ];

    private static readonly HashSet<string> Architectures =
    [
        "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le", "riscv64", "s390x", "wasm",
    ];

    public static TargetPlatform Host { get; } = new("linux", HostArchitecture.Name, "");

    /// <param name="text"><c>os/architecture[/variant]</c>, one of the first two alone, or nothing for this host's.</param>
    /// <exception cref="GantryException">Invalid, in Docker's words.</exception>
    public static TargetPlatform Parse(string? text)
    {
        if (string.IsNullOrEmpty(text)) return Host;
        string[] parts = text.ToLowerInvariant().Split('/');
        if (parts.FirstOrDefault(part => part.Length > 0 && part.Contains(',')) is { } several)
            throw GantryException.Invalid($"\"{several}\" is an invalid component of \"{text}\": platform specifier component must "
                + "match \"^[A-Za-z0-9_-]+$\": invalid argument");
        if (parts.Length > 3
            || parts.Any(part => part.Length == 0 || !part.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')))
            throw GantryException.Invalid($"\"{text}\": platform specifier must be of the form <os>[/<architecture>[/<variant>]]");
        if (parts.Length > 1) return new TargetPlatform(parts[0], Normal(parts[1]), parts.Length > 2 ? parts[2] : "");
        if (Systems.Contains(parts[0])) return Host with { Os = parts[0] };
        return Normal(parts[0]) is var architecture && Architectures.Contains(architecture) ? Host with { Architecture = architecture }
            : throw GantryException.Invalid($"\"{text}\": unknown operating system or architecture: invalid argument");
    }

    /// <summary>As images have it: other names for it are taken too.</summary>
    public static string Normal(string architecture) => architecture switch
    {
        "x86_64" or "x86-64" => "amd64",
        "aarch64" => "arm64",
        "armhf" or "armel" => "arm",
        "i386" => "386",
        _ => architecture,
    };

    public override string ToString() => Variant.Length > 0 ? $"{Os}/{Architecture}/{Variant}" : $"{Os}/{Architecture}";
}
