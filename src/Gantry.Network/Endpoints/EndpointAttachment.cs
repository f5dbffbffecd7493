using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using Gantry.Linux;
using Gantry.Linux.Netlink;
using Gantry.Network.Networks;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Network.Endpoints;

/// <summary>Furnishes containers' network namespaces: two netlink transactions each, one inside, one on the host.</summary>
internal sealed class EndpointAttachment(string table) : IDisposable
{
    private const int LoopbackIndex = 1;
    /// <summary>Above the few that the kernel itself puts into a new namespace (tunnels' fallback devices).</summary>
    private const int FirstIndex = 16;
    private const string NewInterfacesHaveNoIPv6 = "/proc/sys/net/ipv6/conf/default/disable_ipv6";

    private readonly NamespaceThread _thread = new();
    private readonly NetlinkSocket _host = NetlinkSocket.Open(NetlinkSocket.Route);

    /// <param name="gateway">The container's way out leads through it.</param>
    public async Task AttachAsync(ActiveNetwork network, Endpoint endpoint, int pid, int mtu, bool gateway)
    {
        using SafeFileHandle target = Open(pid);
        bool six = endpoint.Address6.Length > 0;
        (NetlinkSocket inside, SafeFileHandle? setting) =
            await _thread.RunAsync(target, () => (NetlinkSocket.Open(NetlinkSocket.Route), six ? null : OpenSetting()));
        using (inside)
        using (setting)
        {
            NetlinkBatch batch = new NetlinkBatch().SetUp(LoopbackIndex);
            if (endpoint.HostInterface is null)
            {
                inside.Execute(batch);
                return;
            }
            AddInterface(batch, endpoint, mtu, gateway);
            // Without an IPv6 address the interface shall not make itself a link-local one;
            // later interfaces are the container's own affair.
            if (setting is not null) RandomAccess.Write(setting, "1"u8, 0);
            Execute(inside, batch, endpoint);
            if (setting is not null) RandomAccess.Write(setting, "0"u8, 0);
            Join(network, endpoint);
        }
    }

    /// <summary>What an earlier daemon began and did not finish, or somebody deleted, is made anew.
    /// Does nothing for one that is whole.</summary>
    /// <returns>False when there was nothing to do.</returns>
    public async Task<bool> RepairAsync(ActiveNetwork network, Endpoint endpoint, int pid, int mtu, bool gateway)
    {
        // The port joins its bridge in the last step of an attachment, so one that has joined is whole.
        Link? port = _host.FindLink(endpoint.HostInterface!);
        if (port?.Master == network.BridgeIndex) return false;
        if (port is not null) Delete(port.Name);
        await AttachAsync(network, endpoint, pid, mtu, gateway);
        return true;
    }

    /// <summary>Leads the container's way out through this endpoint from now on.</summary>
    public async Task RouteAsync(Endpoint endpoint, int pid)
    {
        using SafeFileHandle target = Open(pid);
        using NetlinkSocket inside = await _thread.RunAsync(target, () => NetlinkSocket.Open(NetlinkSocket.Route));
        if (inside.FindLink(endpoint.Interface) is not { } link)
            throw GantryException.Internal($"set default route of {endpoint.ContainerName}: it has no interface {endpoint.Interface}");
        inside.Execute(AddRoutes(new NetlinkBatch(), endpoint, link.Index));
    }

    /// <summary>A port itself says who made it, as a bridge does: its alias begins with the name of the table that only one daemon
    /// has.</summary>
    public bool IsOurs(Link link) => link.Kind == "veth" && link.Alias.StartsWith(table + " ", StringComparison.Ordinal);

    /// <summary>The port's alias on the host, "ip -d link", says whose it is.</summary>
    public void Rename(Endpoint endpoint)
    {
        if (endpoint.HostInterface is { } name) _host.Execute(new NetlinkBatch().SetAlias(name, AliasOf(endpoint)), Errno.ENODEV);
    }

    private void AddInterface(NetlinkBatch batch, Endpoint endpoint, int mtu, bool gateway)
    {
        int index = FirstIndex + int.Parse(endpoint.Interface.AsSpan(3), CultureInfo.InvariantCulture);
        batch.CreateVeth(endpoint.Interface, index, PhysicalAddress.Parse(endpoint.MacAddress), mtu, endpoint.HostInterface!, _thread.Home);
        if (endpoint.Address.Length > 0) batch.AddAddress(index, IPAddress.Parse(endpoint.Address), endpoint.PrefixLength);
        if (endpoint.Address6.Length > 0) batch.AddAddress(index, IPAddress.Parse(endpoint.Address6), endpoint.PrefixLength6);
        if (gateway) AddRoutes(batch, endpoint, index);
    }

    private static NetlinkBatch AddRoutes(NetlinkBatch batch, Endpoint endpoint, int index)
    {
        if (endpoint.Gateway.Length > 0) batch.AddDefaultRoute(index, IPAddress.Parse(endpoint.Gateway));
        if (endpoint.Gateway6.Length > 0) batch.AddDefaultRoute(index, IPAddress.Parse(endpoint.Gateway6));
        return batch;
    }

    private void Execute(NetlinkSocket inside, NetlinkBatch batch, Endpoint endpoint)
    {
        try
        {
            inside.Execute(batch);
        }
        catch (KernelException e)
        {
            Delete(endpoint.HostInterface!);
            if (e.Errno == Errno.EOPNOTSUPP)
                throw new GantryException(ErrorKind.Unsupported, "not supported by this kernel: veth interfaces (CONFIG_VETH)", e);
            throw;
        }
    }

    private void Join(ActiveNetwork network, Endpoint endpoint)
    {
        NetlinkBatch batch = new NetlinkBatch().JoinBridge(endpoint.HostInterface!, network.BridgeIndex, AliasOf(endpoint), hairpin: true,
            isolated: !network.Record.AllowsInterContainer());
        try
        {
            _host.Execute(batch);
        }
        catch (KernelException)
        {
            Delete(endpoint.HostInterface!);
            throw;
        }
    }

    private void Delete(string name)
    {
        _host.Execute(new NetlinkBatch().DeleteLinkNamed(name), Errno.ENODEV);
    }

    private string AliasOf(Endpoint endpoint) =>
        $"{table} {endpoint.ContainerId[..Math.Min(12, endpoint.ContainerId.Length)]} {endpoint.ContainerName}".TrimEnd();

    private static SafeFileHandle Open(int pid)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/net");
        try
        {
            return NamespaceThread.OpenNamespace(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw GantryException.Internal($"open {path}: the process is gone", e);
        }
    }

    /// <summary>Null where the kernel has no IPv6.</summary>
    private static SafeFileHandle? OpenSetting() =>
        File.Exists(NewInterfacesHaveNoIPv6)
            ? File.OpenHandle(NewInterfacesHaveNoIPv6, FileMode.Open, FileAccess.Write, FileShare.ReadWrite) : null;

    public void Dispose()
    {
        _thread.Dispose();
        _host.Dispose();
    }
}
