using System.Net;
using System.Net.Sockets;
using Gantry.Linux.Netlink;
using Gantry.Network.Ipam;

namespace Gantry.Network.Networks;

/// <summary>All networks, by identifier and name; the three that always exist are made when absent.</summary>
internal sealed class NetworkRegistry(NetworkOptions options)
{
    private readonly NetworkStore _store = new(options.Directory, options.CopyDirectory, options.Owner);
    private readonly Dictionary<string, ActiveNetwork> _networks = [];
    private readonly Lock _gate = new();

    public void Load(NetlinkSocket host, List<string> warnings)
    {
        lock (_gate)
        {
            foreach (NetworkRecord record in _store.Load(SetAside)) _networks[record.Id] = new ActiveNetwork(record);
            EnsureDefaultBridge(host);
            EnsurePlain("host", "host");
            EnsurePlain("none", "null");
        }

        void SetAside(string path)
        {
            Damaged = true;
            warnings.Add($"damaged network record set aside: {path}");
        }
    }

    /// <summary>There are networks that this registry does not know.</summary>
    public bool Damaged { get; private set; }

    public IReadOnlyList<Damage> Damages => _store.Damages;

    public IReadOnlyList<ActiveNetwork> Bridges
    {
        get
        {
            lock (_gate) return [.. _networks.Values.Where(network => network.Record.Bridge is not null)];
        }
    }

    public IReadOnlyList<NetworkRecord> List()
    {
        lock (_gate)
            return [.. _networks.Values.Where(network => network.IsOpen).Select(network => network.Record)
                .OrderBy(record => record.Created)];
    }

    public ActiveNetwork? TryGet(string id)
    {
        lock (_gate) return _networks.GetValueOrDefault(id);
    }

    public ActiveNetwork Get(string id) => TryGet(id) ?? throw GantryException.NotFound($"network {id} not found");

    /// <summary>A full identifier wins over a name, a name over the start of an identifier.</summary>
    public ActiveNetwork Find(string nameOrId)
    {
        lock (_gate)
        {
            // One that is still being made has its name, its bridge and its addresses, and is nobody's yet.
            if (_networks.TryGetValue(nameOrId, out ActiveNetwork? network) && network.IsOpen
                || Named(nameOrId) is { IsOpen: true } named && (network = named) is not null) return network;
            List<ActiveNetwork> starting = nameOrId.Length == 0 ? []
                : [.. _networks.Values.Where(one => one.IsOpen && one.Record.Id.StartsWith(nameOrId, StringComparison.Ordinal))];
            return starting.Count switch
            {
                1 => starting[0],
                0 => throw GantryException.NotFound($"network {nameOrId} not found"),
                _ => throw GantryException.Invalid($"network {nameOrId} is ambiguous ({starting.Count} matches found on ID prefix)"),
            };
        }
    }

    /// <returns>Not open yet.</returns>
    public ActiveNetwork Create(NetworkRequest request, NetlinkSocket host)
    {
        NetworkNames.Check(request.Name);
        if (request.Driver is "host" or "null")
            throw new GantryException(ErrorKind.Forbidden, $"only one instance of \"{request.Driver}\" network is allowed");
        if (request.Driver != "bridge")
            throw GantryException.NotFound($"could not find plugin {request.Driver} in v1 plugin registry: plugin not found");
        lock (_gate)
        {
            if (Named(request.Name) is not null) throw GantryException.Conflict($"network with name {request.Name} already exists");
            string id = NetworkNames.NewId();
            string bridge = BridgeOf(request, id);
            NetworkRecord record = new()
            {
                Id = id,
                Name = request.Name,
                Created = DateTimeOffset.UtcNow,
                Driver = request.Driver,
                EnableIPv6 = request.EnableIPv6,
                Internal = request.Internal,
                Attachable = request.Attachable,
                IpamDriver = request.IpamDriver,
                IpamOptions = request.IpamOptions,
                Options = request.Options,
                Labels = request.Labels,
                Bridge = bridge,
                Pools = Pools(request, host),
            };
            ActiveNetwork network = new(record);
            network.Close();
            _store.Save(record);
            return _networks[record.Id] = network;
        }
    }

    /// <summary>Two networks with one bridge would take each other's addresses away.</summary>
    private string BridgeOf(NetworkRequest request, string id)
    {
        if (!request.Options.TryGetValue(NetworkKeys.BridgeName, out string? name) || name.Length == 0) return NetworkNames.BridgeOf(id);
        NetworkNames.CheckBridge(name);
        if (_networks.Values.FirstOrDefault(other => other.Record.Bridge == name) is not { } other) return name;
        throw new GantryException(ErrorKind.Forbidden,
            $"cannot create network {id} ({name}): conflicts with network {other.Record.Id} ({name}): networks have same bridge name");
    }

    public void Remove(ActiveNetwork network)
    {
        lock (_gate)
        {
            _store.Delete(network.Record);
            _networks.Remove(network.Record.Id);
        }
    }

    private ActiveNetwork? Named(string name) => _networks.Values.FirstOrDefault(one => one.Record.Name == name);

    private void EnsurePlain(string name, string driver)
    {
        if (Named(name) is null)
            Ensure(new NetworkRecord { Id = NetworkNames.NewId(), Name = name, Driver = driver, Created = DateTimeOffset.UtcNow });
    }

    private void EnsureDefaultBridge(NetlinkSocket host)
    {
        NetworkNames.CheckBridge(options.Bridge);
        NetworkRecord? record = Named("bridge")?.Record;
        string wanted = options.BridgeAddress
            ?? (record?.Bridge == options.Bridge && record.Pools.Count > 0
            ? $"{record.Pools[0].Gateway}/{Subnet.Parse(record.Pools[0].Subnet).PrefixLength}" : ChooseAddress(host));
        (IPAddress gateway, int prefix) = Subnet.ParseInterface(wanted);
        if (gateway.AddressFamily != AddressFamily.InterNetwork)
            throw GantryException.Invalid($"the default bridge needs an IPv4 address, not {wanted}");
        NetworkRecord now = new()
        {
            Id = record?.Id ?? NetworkNames.NewId(),
            Name = "bridge",
            Driver = "bridge",
            Created = record?.Created ?? DateTimeOffset.UtcNow,
            Bridge = options.Bridge,
            Pools = [new AddressPool { Subnet = Subnet.Of(gateway, prefix).ToString(), Gateway = gateway.ToString() }],
            Options = new Dictionary<string, string>
            {
                [NetworkKeys.DefaultBridge] = "true",
                [NetworkKeys.InterContainer] = options.InterContainer ? "true" : "false",
                [NetworkKeys.Masquerade] = options.Masquerade ? "true" : "false",
                [NetworkKeys.BindAddress] = options.DefaultBindAddress,
                [NetworkKeys.BridgeName] = options.Bridge,
                [NetworkKeys.Mtu] = options.Mtu.ToString(System.Globalization.CultureInfo.InvariantCulture),
            },
        };
        Ensure(now);
    }

    /// <summary>One of those that always exist, also while the disk takes nothing.</summary>
    private void Ensure(NetworkRecord record)
    {
        _networks[record.Id] = new ActiveNetwork(record);
        if (options.Saves is not { } saves) _store.Save(record);
        else saves.Run($"network {record.Name}", () => _store.Save(record), () => { _store.Save(record); return true; });
    }

    /// <summary>A bridge that is there keeps its address; a new one gets the first default pool that nothing on this host uses.</summary>
    private string ChooseAddress(NetlinkSocket host)
    {
        if (host.FindLink(options.Bridge) is { } link
            && host.Addresses()
            .Find(address => address.Index == link.Index && address.Address.AddressFamily == AddressFamily.InterNetwork) is { } present)
        {
            return $"{present.Address}/{present.PrefixLength}";
        }
        Subnet pool = DefaultPools.FirstFree(Taken(host));
        return $"{pool.At(1)}/{pool.PrefixLength}";
    }

    private IReadOnlyList<AddressPool> Pools(NetworkRequest request, NetlinkSocket host)
    {
        List<AddressPool> pools = [.. request.Pools.Where(pool => pool.Subnet is { Length: > 0 }).Select(Complete)];
        if (!pools.Exists(pool => Subnet.Parse(pool.Subnet).Family == AddressFamily.InterNetwork))
        {
            PoolRequest? open = request.Pools.FirstOrDefault(pool => string.IsNullOrEmpty(pool.Subnet));
            pools.Insert(0, Complete(new PoolRequest { Subnet = DefaultPools.FirstFree(Taken(host)).ToString(), Gateway = open?.Gateway }));
        }
        if (request.EnableIPv6 && !pools.Exists(pool => Subnet.Parse(pool.Subnet).Family == AddressFamily.InterNetworkV6))
        {
            pools.Add(Complete(new PoolRequest { Subnet = DefaultPools.Unique6().ToString() }));
        }
        return pools;
    }

    private AddressPool Complete(PoolRequest request)
    {
        Subnet subnet = Subnet.Parse(request.Subnet!);
        foreach (ActiveNetwork other in _networks.Values)
        {
            if (other.Record.Pools.Any(pool => Subnet.Parse(pool.Subnet).Overlaps(subnet)))
                throw new GantryException(ErrorKind.Forbidden, "Pool overlaps with other one on this address space");
        }
        if (request.Gateway is { Length: > 0 } gateway
            && !(IPAddress.TryParse(gateway, out IPAddress? address) && subnet.Contains(address)))
        {
            throw GantryException.Invalid($"invalid gateway {gateway}: it is not in the subnet {subnet}");
        }
        return new AddressPool
        {
            Subnet = subnet.ToString(),
            Gateway = request.Gateway is { Length: > 0 } own ? own : subnet.At(1).ToString(),
            Range = string.IsNullOrEmpty(request.Range) ? null : Subnet.Parse(request.Range).ToString(),
            Reserved = request.Reserved,
        };
    }

    private IEnumerable<Subnet> Taken(NetlinkSocket host) =>
        host.Routes().Select(route => Subnet.Of(route.Destination, route.PrefixLength))
            .Concat(_networks.Values.SelectMany(network => network.Record.Pools).Select(pool => Subnet.Parse(pool.Subnet)));
}
