using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using Gantry.Linux;
using Gantry.Linux.Netlink;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Network;

/// <summary>Furnishes containers' network namespaces: two netlink transactions each, one inside, one on the host.</summary>
internal sealed class EndpointAttachment : IDisposable
{
    private const int LoopbackIndex = 1;
    /// <summary>Above the few that the kernel itself puts into a new namespace (tunnels' fallback devices).</summary>
    private const int FirstIndex = 16;
    private const string NewInterfacesHaveNoIPv6 = "/proc/sys/net/ipv6/conf/default/disable_ipv6";

    private readonly NamespaceThread thread = new();
    private readonly NetlinkSocket host = NetlinkSocket.Open(NetlinkSocket.Route);
    private readonly Lock gate = new();

    public async Task AttachAsync(ActiveNetwork network, Endpoint endpoint, int pid, int mtu)
    {
        using SafeFileHandle target = Open(pid);
        bool six = endpoint.Address6.Length > 0;
        (NetlinkSocket inside, SafeFileHandle? setting) = await thread.RunAsync(target, () => (NetlinkSocket.Open(NetlinkSocket.Route), six ? null : OpenSetting()));
        using (inside)
        using (setting)
        {
            NetlinkBatch batch = new NetlinkBatch().SetUp(LoopbackIndex);
            if (endpoint.HostInterface is null)
            {
                inside.Execute(batch);
                return;
            }
            AddInterface(batch, network, endpoint, mtu);
            // Without an IPv6 address the interface shall not make itself a link-local one; later interfaces are the container's own affair.
            if (setting is not null) RandomAccess.Write(setting, "1"u8, 0);
            Execute(inside, batch, endpoint);
            if (setting is not null) RandomAccess.Write(setting, "0"u8, 0);
            Join(network, endpoint);
        }
    }

    private void AddInterface(NetlinkBatch batch, ActiveNetwork network, Endpoint endpoint, int mtu)
    {
        int number = int.Parse(endpoint.Interface.AsSpan(3), CultureInfo.InvariantCulture), index = FirstIndex + number;
        batch.CreateVeth(endpoint.Interface, index, PhysicalAddress.Parse(endpoint.MacAddress), mtu, endpoint.HostInterface!, thread.Home);
        if (endpoint.Address.Length > 0) batch.AddAddress(index, IPAddress.Parse(endpoint.Address), endpoint.PrefixLength);
        if (endpoint.Address6.Length > 0) batch.AddAddress(index, IPAddress.Parse(endpoint.Address6), endpoint.PrefixLength6);
        if (number != 0 || network.Record.Internal) return;
        if (endpoint.Gateway.Length > 0) batch.AddDefaultRoute(index, IPAddress.Parse(endpoint.Gateway));
        if (endpoint.Gateway6.Length > 0) batch.AddDefaultRoute(index, IPAddress.Parse(endpoint.Gateway6));
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
            if (e.Errno == Errno.EOPNOTSUPP) throw new GantryException(ErrorKind.Unsupported, "not supported by this kernel: veth interfaces (CONFIG_VETH)", e);
            throw;
        }
    }

    private void Join(ActiveNetwork network, Endpoint endpoint)
    {
        // "ip -d link" then says whose it is.
        string alias = $"{endpoint.ContainerId[..Math.Min(12, endpoint.ContainerId.Length)]} {endpoint.ContainerName}".TrimEnd();
        NetlinkBatch batch = new NetlinkBatch().JoinBridge(endpoint.HostInterface!, network.BridgeIndex, alias, hairpin: true, isolated: !network.Record.AllowsInterContainer());
        try
        {
            lock (gate) host.Execute(batch);
        }
        catch (KernelException)
        {
            Delete(endpoint.HostInterface!);
            throw;
        }
    }

    private void Delete(string name)
    {
        lock (gate) host.Execute(new NetlinkBatch().DeleteLinkNamed(name), Errno.ENODEV);
    }

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
        File.Exists(NewInterfacesHaveNoIPv6) ? File.OpenHandle(NewInterfacesHaveNoIPv6, FileMode.Open, FileAccess.Write, FileShare.ReadWrite) : null;

    public void Dispose()
    {
        thread.Dispose();
        host.Dispose();
    }
}
