using System.Net;

namespace Gantry.Registry.Hosts;

/// <summary>How registries are reached, from the daemon's configuration.</summary>
public sealed record RegistryOptions
{
    /// <summary>Addresses tried before the central registry, and before no other: <c>https://mirror.example</c>.</summary>
    public IReadOnlyList<string> Mirrors { get; init; } = [];
    /// <summary>Hosts (<c>name[:port]</c>) or networks (<c>10.0.0.0/8</c>) that may speak HTTP or show any certificate.</summary>
    public IReadOnlyList<string> Insecure { get; init; } = [];
    /// <summary>Has a directory for each <c>host[:port]</c> with its certificate authorities (<c>*.crt</c>), our certificates
    /// (<c>*.cert</c>, <c>*.key</c>) and <c>hosts.toml</c>.</summary>
    public string CertificatesDirectory { get; init; } = "/etc/gantry/certs.d";
    /// <summary>Sent with every request.</summary>
    public string UserAgent { get; init; } = "gantry";
    /// <summary>Null: none, whatever the environment says.</summary>
    public IWebProxy? Proxy { get; init; }
    /// <summary>Layers of one pull that come at the same time.</summary>
    public int Downloads { get; init; } = 3;
    /// <summary>Layers of one push that go at the same time.</summary>
    public int Uploads { get; init; } = 5;
    /// <summary>How often something is tried in a row without a byte gained.</summary>
    public int Attempts { get; init; } = 5;
    /// <summary>A server that sends or takes nothing for so long is taken for dead.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);
    /// <summary>Bytes that a download must still lack to be asked for in several ranges at once.</summary>
    public long ParallelFrom { get; init; } = 32 << 20;
    /// <summary>Bytes of such a range; several are held in memory.</summary>
    public int RangeSize { get; init; } = 4 << 20;
}
