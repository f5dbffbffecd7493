using System.Net;
using Gantry.Network.Endpoints;

namespace Gantry.Network.Files;

/// <summary>By what a workload knows names: its hosts and resolv.conf.</summary>
public sealed record NameResolution
{
    public required string Hostname { get; init; }
    public string? Domainname { get; init; }
    /// <summary>False on the host's network.</summary>
    public required bool OwnNetwork { get; init; }
    public IReadOnlyList<Endpoint> Endpoints { get; init; } = [];
    /// <summary>As <see cref="HostsFile"/> reads them.</summary>
    public IReadOnlyList<string> ExtraHosts { get; init; } = [];
    /// <summary>These three stand in place of the host's where they are not empty.</summary>
    public IReadOnlyList<string> Servers { get; init; } = [];
    public IReadOnlyList<string> Search { get; init; } = [];
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>In place: the files may be mounted.</summary>
    public void Write(string hosts, string resolvConf)
    {
        Endpoint? first = Endpoints.FirstOrDefault(endpoint => endpoint.Address is not null) ?? Endpoints.FirstOrDefault();
        IEnumerable<IPAddress> addresses =
            Endpoints.SelectMany(endpoint => (IPAddress?[])[endpoint.Address, endpoint.Address6]).OfType<IPAddress>();
        File.WriteAllText(hosts, OwnNetwork
            ? HostsFile.Build(Hostname, Domainname, addresses, ExtraHosts, first?.Gateway)
            : HostsFile.BuildForHostNetwork(File.Exists("/etc/hosts") ? File.ReadAllText("/etc/hosts") : "", ExtraHosts,
                IPAddress.Loopback));
        File.WriteAllText(resolvConf,
            ResolvFile.Build(ResolvFile.ReadHost(), Servers, Search, Options, OwnNetwork, first?.Address6 is not null));
    }
}
