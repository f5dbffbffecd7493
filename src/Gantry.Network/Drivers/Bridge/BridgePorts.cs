using System.Net.NetworkInformation;
using Gantry.Linux;
using Gantry.Linux.Netlink;
using Gantry.Network.Endpoints;
using Gantry.Network.Sandboxes;

namespace Gantry.Network.Drivers.Bridge;

/// <summary>Containers' veth pairs, with one end as a bridge's port: two netlink transactions each, one inside, one on the host.</summary>
internal sealed class BridgePorts(NetlinkSocket host, string table) : IDisposable
{
    /// <summary>Nobody who attaches shall wait while the kernel takes an interface away.</summary>
    private readonly NetlinkSocket _removal = NetlinkSocket.Open(NetlinkSocket.Route);

    /// <summary>The port joins its bridge last, so that one that has joined is whole.</summary>
    public void Attach(Endpoint endpoint, NetworkSandbox sandbox, BridgePort port, bool gateway)
    {
        string name = endpoint.HostInterface!;
        try
        {
            sandbox.Furnish(endpoint, gateway, (batch, index) => batch.CreateVeth(endpoint.Interface, index,
                PhysicalAddress.Parse(endpoint.MacAddress), port.Mtu, name, sandbox.Home));
            host.Execute(new NetlinkBatch().JoinBridge(name, port.BridgeIndex, AliasOf(endpoint), hairpin: true, isolated: port.Isolated));
        }
        catch (KernelException e)
        {
            Delete(host, name);
            if (e.Errno == Errno.EOPNOTSUPP)
                throw new GantryException(ErrorKind.Unsupported, "not supported by this kernel: veth interfaces (CONFIG_VETH)", e);
            throw;
        }
    }

    /// <summary>The bridge was made anew: whoever was a port of it is one again.</summary>
    public void Rejoin(IEnumerable<Endpoint> endpoints, BridgePort port)
    {
        foreach (Endpoint endpoint in endpoints)
        {
            // Not one that is being made: that joins by itself, last.
            if (endpoint.HostInterface is not { } name || host.FindLink(name) is not { } link || !IsOurs(link)) continue;
            host.Execute(new NetlinkBatch().JoinBridge(name, port.BridgeIndex, AliasOf(endpoint), hairpin: true, isolated: port.Isolated),
                Errno.ENODEV);
        }
    }

    /// <param name="bridgeIndex">Null where the bridge could not be brought up: a port that is there is left alone then.</param>
    public bool IsWhole(Endpoint endpoint, int? bridgeIndex)
    {
        if (host.FindLink(endpoint.HostInterface!) is not { } port) return false;
        if (bridgeIndex is null || port.Master == bridgeIndex) return true;
        Delete(host, port.Name);
        return false;
    }

    public void Detach(Endpoint endpoint)
    {
        if (endpoint.HostInterface is { } name) Delete(_removal, name);
    }

    /// <summary>A port itself says who made it, as a bridge does: its alias begins with the name of the table that only one daemon
    /// has.</summary>
    public bool IsOurs(Link link) => link.Kind == "veth" && link.Alias.StartsWith(table + " ", StringComparison.Ordinal);

    /// <summary>The port's alias on the host, "ip -d link", says whose it is.</summary>
    public void Rename(Endpoint endpoint)
    {
        if (endpoint.HostInterface is { } name) host.Execute(new NetlinkBatch().SetAlias(name, AliasOf(endpoint)), Errno.ENODEV);
    }

    private static void Delete(NetlinkSocket socket, string name) =>
        socket.Execute(new NetlinkBatch().DeleteLinkNamed(name), Errno.ENODEV);

    private string AliasOf(Endpoint endpoint) =>
        $"{table} {endpoint.ContainerId[..Math.Min(12, endpoint.ContainerId.Length)]} {endpoint.ContainerName}".TrimEnd();

    public void Dispose() => _removal.Dispose();
}
