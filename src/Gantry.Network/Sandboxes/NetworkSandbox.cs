using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gantry.Linux.Netlink;
using Gantry.Network.Endpoints;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Network.Sandboxes;

/// <summary>
/// A container's network namespace, held open while somebody works on it. It alone says what is in there: loopback, interfaces with
/// their names, addresses and routes. Drivers say only how an interface comes into being.
/// </summary>
/// <remarks>Each furnishing is one netlink transaction, by a socket that was opened inside. What fails half-way may leave an interface:
/// its driver, who knows the other end, takes it away.</remarks>
internal sealed class NetworkSandbox : IDisposable
{
    private const int LoopbackIndex = 1;
    /// <summary>Above the few that the kernel itself puts into a new namespace (tunnels' fallback devices).</summary>
    private const int FirstIndex = 16;
    /// <summary>Of the networks of link-local addresses: RFC 3927 and RFC 4291.</summary>
    private const int LinkLocalPrefix4 = 16, LinkLocalPrefix6 = 64;
    private const string NewInterfacesHaveNoIPv6 = "/proc/sys/net/ipv6/conf/default/disable_ipv6";

    private readonly NetlinkSocket _inside;
    private readonly SafeFileHandle? _noIPv6;

    private NetworkSandbox(SafeFileHandle handle, SafeFileHandle home, NetlinkSocket inside, SafeFileHandle? noIPv6) =>
        (Namespace, Home, _inside, _noIPv6) = (handle, home, inside, noIPv6);

    /// <summary>What setns(2) and IFLA_NET_NS_FD take: an interface that is made elsewhere is put in here by it.</summary>
    public SafeFileHandle Namespace { get; }

    /// <summary>The namespace of the host, for the other end of an interface that is made in here.</summary>
    public SafeFileHandle Home { get; }

    /// <param name="door">Stays the caller's.</param>
    /// <param name="pid">Somebody who is in the namespace.</param>
    /// <exception cref="GantryException">Unavailable: the process is gone.</exception>
    public static async Task<NetworkSandbox> OpenAsync(NamespaceThread door, int pid)
    {
        SafeFileHandle handle = OpenNamespace(pid);
        try
        {
            (NetlinkSocket inside, SafeFileHandle? setting) =
                await door.RunAsync(handle, () => (NetlinkSocket.Open(NetlinkSocket.Route), OpenSetting()));
            return new NetworkSandbox(handle, door.Home, inside, setting);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>The interface's index in here, which is chosen before it is made, so that addresses and routes follow in the same
    /// transaction.</summary>
    public static int IndexOf(Endpoint endpoint) =>
        FirstIndex + int.Parse(endpoint.Interface.AsSpan(3), CultureInfo.InvariantCulture);

    /// <summary>Loopback, and no more.</summary>
    public void Furnish() => _inside.Execute(new NetlinkBatch().SetUp(LoopbackIndex));

    /// <summary>Loopback, and the endpoint's interface with all that belongs to it.</summary>
    /// <param name="gateway">The way out leads through it.</param>
    /// <param name="create">Adds what makes the interface with the name <see cref="Endpoint.Interface"/> and the given index; nothing
    /// when it is there already.</param>
    /// <exception cref="Linux.KernelException">EEXIST, EOPNOTSUPP, …: as the kernel answered the first step that failed.</exception>
    public void Furnish(Endpoint endpoint, bool gateway, Action<NetlinkBatch, int> create)
    {
        int index = IndexOf(endpoint);
        NetlinkBatch batch = new NetlinkBatch().SetUp(LoopbackIndex);
        create(batch, index);
        if (endpoint.Address is { } four) batch.AddAddress(index, four, endpoint.PrefixLength);
        if (endpoint.Address6 is { } six) batch.AddAddress(index, six, endpoint.PrefixLength6);
        foreach (IPAddress local in endpoint.LinkLocal)
            batch.AddAddress(index, local, local.AddressFamily == AddressFamily.InterNetworkV6 ? LinkLocalPrefix6 : LinkLocalPrefix4);
        if (gateway) AddRoutes(batch, endpoint, index);
        // Without an IPv6 address the interface shall not make itself a link-local one; later interfaces are the container's own affair.
        bool hasSix = endpoint.Address6 is not null
            || endpoint.LinkLocal.Any(local => local.AddressFamily == AddressFamily.InterNetworkV6);
        SafeFileHandle? setting = hasSix ? null : _noIPv6;
        if (setting is not null) RandomAccess.Write(setting, "1"u8, 0);
        try
        {
            _inside.Execute(batch);
        }
        finally
        {
            if (setting is not null) RandomAccess.Write(setting, "0"u8, 0);
        }
    }

    /// <summary>Leads the way out through this endpoint from now on.</summary>
    public void Route(Endpoint endpoint)
    {
        if (_inside.FindLink(endpoint.Interface) is not { } link)
            throw GantryException.Internal($"set default route of {endpoint.ContainerName}: it has no interface {endpoint.Interface}");
        _inside.Execute(AddRoutes(new NetlinkBatch(), endpoint, link.Index));
    }

    private static NetlinkBatch AddRoutes(NetlinkBatch batch, Endpoint endpoint, int index)
    {
        if (endpoint.Gateway is { } four) batch.AddDefaultRoute(index, four);
        if (endpoint.Gateway6 is { } six) batch.AddDefaultRoute(index, six);
        return batch;
    }

    private static SafeFileHandle OpenNamespace(int pid)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/net");
        try
        {
            return NamespaceThread.OpenNamespace(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new GantryException(ErrorKind.Unavailable, $"open {path}: the process is gone", e);
        }
    }

    /// <summary>Null where the kernel has no IPv6.</summary>
    private static SafeFileHandle? OpenSetting() =>
        File.Exists(NewInterfacesHaveNoIPv6)
            ? File.OpenHandle(NewInterfacesHaveNoIPv6, FileMode.Open, FileAccess.Write, FileShare.ReadWrite) : null;

    public void Dispose()
    {
        _inside.Dispose();
        _noIPv6?.Dispose();
        Namespace.Dispose();
    }
}
