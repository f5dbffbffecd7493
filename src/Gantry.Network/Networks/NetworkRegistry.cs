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

    public void Load(NetlinkSocket host, IEnumerable<PredefinedNetwork> predefined, List<string> warnings)
    {
        lock (_gate)
        {
            foreach (NetworkRecord record in _store.Load(SetAside)) _networks[record.Id] = new ActiveNetwork(record);
            foreach (PredefinedNetwork one in predefined)
            {
                NetworkRecord? present = _networks.Values.Select(network => network.Record)
                    .FirstOrDefault(record => record.Predefined && record.Driver == one.Driver);
                if (one.Record(present, () => Taken(host)) is { } record && record != present) Ensure(record);
            }
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

    public IReadOnlyList<ActiveNetwork> Of(string driver)
    {
        lock (_gate) return [.. _networks.Values.Where(network => network.Record.Driver == driver)];
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
    /// <param name="check">The driver's: judges and completes the record beside all others.</param>
    public ActiveNetwork Create(NetworkRequest request, NetlinkSocket host,
        Func<NetworkRecord, IReadOnlyCollection<NetworkRecord>, NetworkRecord> check)
    {
        lock (_gate)
        {
            if (Named(request.Name) is not null) throw GantryException.Conflict($"network with name {request.Name} already exists");
            NetworkRecord record = check(new NetworkRecord
            {
                Id = RandomId.New(),
                Name = request.Name,
                Created = options.Time.GetUtcNow(),
                Driver = request.Driver,
                EnableIPv6 = request.EnableIPv6,
                Internal = request.Internal,
                Attachable = request.Attachable,
                IpamDriver = request.IpamDriver,
                IpamOptions = request.IpamOptions,
                Options = request.Options,
                Labels = request.Labels,
                Pools = Pools(request, host),
            }, [.. _networks.Values.Select(other => other.Record)]);
            ActiveNetwork network = new(record);
            network.Close();
            _store.Save(record);
            return _networks[record.Id] = network;
        }
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

    /// <summary>One of those that always exist, also while the disk takes nothing.</summary>
    private void Ensure(NetworkRecord record)
    {
        _networks[record.Id] = new ActiveNetwork(record);
        if (options.Saves is not { } saves) _store.Save(record);
        else saves.Run($"network {record.Name}", () => _store.Save(record), () => { _store.Save(record); return true; });
    }

    private IReadOnlyList<AddressPool> Pools(NetworkRequest request, NetlinkSocket host)
    {
        if (request.Pools.Any(pool => pool is { Subnet: null } and not { Gateway: null, Range: null, Reserved: null or { Count: 0 } }))
            throw GantryException.Invalid("invalid subnet: every gateway, ip-range and auxiliary address needs the subnet that it is in");
        List<AddressPool> pools = [];
        foreach (PoolRequest one in request.Pools)
        {
            if (one.Subnet is { } subnet) pools.Add(Complete(one, subnet, pools));
        }
        if (!pools.Exists(pool => pool.Subnet.Family == AddressFamily.InterNetwork))
            pools.Insert(0, Complete(new PoolRequest(), DefaultPools.FirstFree(options.Pools, Taken(host)), pools));
        if (request.EnableIPv6 && !pools.Exists(pool => pool.Subnet.Family == AddressFamily.InterNetworkV6))
            pools.Add(Complete(new PoolRequest(), DefaultPools.FirstFree6(options.Pools, Taken(host)), pools));
        return pools;
    }

    private AddressPool Complete(PoolRequest request, Subnet subnet, IEnumerable<AddressPool> besides)
    {
        AddressPool pool = new()
        {
            Subnet = subnet,
            Gateway = request.Gateway ?? subnet.At(1),
            Range = request.Range,
            Reserved = request.Reserved,
        };
        PoolRules.Check(pool, _networks.Values.SelectMany(other => other.Record.Pools).Concat(besides));
        return pool;
    }

    private IEnumerable<Subnet> Taken(NetlinkSocket host) =>
        host.Routes().Select(route => Subnet.Of(route.Destination, route.PrefixLength))
            .Concat(_networks.Values.SelectMany(network => network.Record.Pools).Select(pool => pool.Subnet));
}
