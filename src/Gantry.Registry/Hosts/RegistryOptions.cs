namespace Gantry.Registry;

/// <summary>How registries are reached, from the daemon's configuration.</summary>
public sealed record RegistryOptions
{
    /// <summary>Addresses tried before the registry itself, for every registry: <c>https://mirror.example</c>.</summary>
    public IReadOnlyList<string> Mirrors { get; init; } = [];
    /// <summary>Hosts (<c>name[:port]</c>) or networks (<c>10.0.0.0/8</c>) that may speak HTTP or show any certificate.</summary>
    public IReadOnlyList<string> Insecure { get; init; } = [];
    /// <summary>Has a directory for each <c>host[:port]</c> with its certificate authorities (<c>*.crt</c>) and our certificates (<c>*.cert</c>, <c>*.key</c>).</summary>
    public string CertificatesDirectory { get; init; } = "/etc/gantry/certs.d";
    /// <summary>Sent with every request.</summary>
    public string UserAgent { get; init; } = "gantry";
}
