using System.Net;
using System.Net.Sockets;

namespace Gantry.Registry;

/// <summary>Which places to ask for a registry's content, and in which order.</summary>
public sealed class RegistryHosts(RegistryOptions options)
{
    /// <summary>Docker's central registry is named after its project, and served elsewhere.</summary>
    private const string DefaultHost = "registry-1.docker.io";

    /// <summary>Mirrors first.</summary>
    public IReadOnlyList<RegistryHost> ForPull(string domain)
    {
        List<RegistryHost> hosts = [];
        foreach (string mirror in options.Mirrors)
        {
            if (!Uri.TryCreate(mirror.Contains("://", StringComparison.Ordinal) ? mirror : $"https://{mirror}", UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
                throw GantryException.Invalid($"registry mirror \"{mirror}\" is no http or https address");
            hosts.Add(new RegistryHost(address, IsInsecure(address.Authority), IsMirror: true));
        }
        hosts.AddRange(Own(domain));
        return hosts;
    }

    /// <summary>The registry itself: with TLS, and where it is listed as insecure, without.</summary>
    public IReadOnlyList<RegistryHost> Own(string domain)
    {
        string host = domain == Reference.DefaultDomain ? DefaultHost : domain;
        bool insecure = IsInsecure(host);
        RegistryHost secure = new(new Uri($"https://{host}/"), insecure, IsMirror: false);
        return insecure ? [secure, new RegistryHost(new Uri($"http://{host}/"), true, IsMirror: false)] : [secure];
    }

    /// <summary>Listed, or on this machine: what is here can be read here anyway.</summary>
    private bool IsInsecure(string authority)
    {
        if (options.Insecure.Contains(authority, StringComparer.OrdinalIgnoreCase)) return true;
        string name = new Uri($"https://{authority}/").DnsSafeHost;
        if (options.Insecure.Contains(name, StringComparer.OrdinalIgnoreCase) || name == "localhost") return true;
        IReadOnlyList<IPAddress> addresses = AddressesOf(name);
        return addresses.Any(IPAddress.IsLoopback) || options.Insecure.Any(entry => IPNetwork.TryParse(entry, out IPNetwork network) && addresses.Any(network.Contains));
    }

    private IReadOnlyList<IPAddress> AddressesOf(string name)
    {
        if (IPAddress.TryParse(name, out IPAddress? address)) return [address];
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
