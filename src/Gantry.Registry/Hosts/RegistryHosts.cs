using System.Net;
using System.Net.Sockets;

namespace Gantry.Registry.Hosts;

/// <summary>Which places to ask for a registry's content, and in which order.</summary>
public sealed class RegistryHosts(RegistryOptions options)
{
    /// <summary>Docker's central registry is named after its project, and served elsewhere.</summary>
    private const string DefaultHost = "registry-1.docker.io";

    /// <summary>Mirrors first. Those of the configuration stand for the central registry alone: what they have under a name is not what
    /// another registry has under it.</summary>
    public IReadOnlyList<RegistryHost> ForPull(string domain)
    {
        if (FileOf(domain) is { } file) return [.. file.For("pull").Select(Trusted)];
        return domain == Reference.DefaultDomain ? [.. options.Mirrors.Select(Mirror), .. Own(domain)] : Own(domain);
    }

    /// <summary>Those that are believed what a tag means.</summary>
    public IReadOnlyList<RegistryHost> ForResolve(string domain) =>
        FileOf(domain) is { } file ? [.. file.For("resolve").Select(Trusted)] : ForPull(domain);

    /// <summary>Where to push, and what knows the users: with TLS, and where it is listed as insecure, without.</summary>
    public IReadOnlyList<RegistryHost> Own(string domain)
    {
        if (FileOf(domain)?.For("push") is [RegistryHost first, ..]) return [Trusted(first)];
        Uri address = AddressOf(domain);
        bool insecure = IsInsecure(address.Authority);
        RegistryHost secure = new(address, insecure, IsMirror: false) { WrittenAs = domain == Reference.DefaultDomain ? null : domain };
        return insecure
            ? [secure,
            secure with { Base = new UriBuilder(address) { Scheme = "http", Port = address.IsDefaultPort ? 80 : address.Port }.Uri }]
                : [secure];
    }

    private HostsFile? FileOf(string domain) => HostsFile.Find(options.CertificatesDirectory, domain, AddressOf(domain));

    private static Uri AddressOf(string domain) => new($"https://{(domain == Reference.DefaultDomain ? DefaultHost : domain)}/");

    private RegistryHost Trusted(RegistryHost host) => host.AnyCertificate ? host : host with { AnyCertificate = IsInsecure(host.Name) };

    private RegistryHost Mirror(string mirror) =>
        Uri.TryCreate(mirror.Contains("://", StringComparison.Ordinal) ? mirror : $"https://{mirror}", UriKind.Absolute, out Uri? address)
            && address.Scheme is "http" or "https"
            ? new RegistryHost(address, IsInsecure(address.Authority), IsMirror: true)
            : throw GantryException.Invalid($"registry mirror \"{mirror}\" is no http or https address");

    /// <summary>Listed, or on this machine: what is here can be read here anyway.</summary>
    private bool IsInsecure(string authority)
    {
        if (options.Insecure.Contains(authority, StringComparer.OrdinalIgnoreCase)) return true;
        string name = new Uri($"https://{authority}/").DnsSafeHost;
        if (options.Insecure.Contains(name, StringComparer.OrdinalIgnoreCase) || name == "localhost") return true;
        IReadOnlyList<IPAddress> addresses = AddressesOf(name);
        return addresses.Any(IPAddress.IsLoopback)
            || options.Insecure.Any(entry => AddressText.TryParseNetwork(entry, out IPNetwork network) && addresses.Any(network.Contains));
    }

    private IReadOnlyList<IPAddress> AddressesOf(string name)
    {
        if (AddressText.TryParse(name, out IPAddress? address)) return [address];
        // Names are looked up only where a listed network could hold them.
        if (!options.Insecure.Any(entry => entry.Contains('/'))) return [];
        try
        {
            return Dns.GetHostAddresses(name);
        }
        catch (SocketException)
        {
            return [];
        }
    }
}
