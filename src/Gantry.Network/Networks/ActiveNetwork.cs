using System.Net;
using System.Net.Sockets;
using Gantry.Network.Endpoints;
using Gantry.Network.Ipam;

namespace Gantry.Network.Networks;

/// <summary>A network while the daemon runs: its endpoints, and the addresses that they use.</summary>
internal sealed class ActiveNetwork
{
    private readonly AddressSpace? _space4, _space6;
    private readonly Dictionary<string, Endpoint> _endpoints = [];
    private readonly Lock _gate = new();
    private bool _closed;

    public ActiveNetwork(NetworkRecord record)
    {
        Record = record;
        foreach (AddressPool pool in record.Pools)
        {
            AddressSpace space = new(Subnet.Parse(pool.Subnet), pool.Range is null ? null : Subnet.Parse(pool.Range));
            if (pool.Gateway.Length > 0) space.TryReserve(IPAddress.Parse(pool.Gateway));
            foreach (string reserved in pool.Reserved?.Values ?? []) space.Reserve(IPAddress.Parse(reserved));
            if (space.Subnet.Family == AddressFamily.InterNetwork) (_space4, Gateway4) = (_space4 ?? space, Gateway4 ?? pool.Gateway);
            else (_space6, Gateway6) = (_space6 ?? space, Gateway6 ?? pool.Gateway);
        }
    }

    public NetworkRecord Record { get; }

    public Subnet? Subnet4 => _space4?.Subnet;

    public Subnet? Subnet6 => _space6?.Subnet;

    public string? Gateway4 { get; }

    public string? Gateway6 { get; }

    /// <summary>Index of the bridge on the host.</summary>
    public int BridgeIndex { get; set; }

    public IReadOnlyList<Endpoint> Endpoints
    {
        get
        {
            lock (_gate) return [.. _endpoints.Values];
        }
    }

    public (IPAddress? Four, IPAddress? Six) Take(string? wanted4, string? wanted6)
    {
        lock (_gate)
        {
            IPAddress? four = Take(_space4, wanted4);
            try
            {
                return (four, Take(_space6, wanted6));
            }
            catch (GantryException) when (four is not null)
            {
                _space4!.Free(four);
                throw;
            }
        }
    }

    /// <exception cref="GantryException">NotFound: the network has been removed meanwhile.</exception>
    public void Add(Endpoint endpoint)
    {
        lock (_gate)
        {
            if (_closed) throw GantryException.NotFound($"network {Record.Name} not found");
            _endpoints[endpoint.Id] = endpoint;
        }
    }

    /// <summary>Neither being made nor being removed.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_gate) return !_closed;
        }
    }

    /// <summary>From now on nobody comes in, unless somebody is in it.</summary>
    /// <returns>Who is in it; empty when it is closed now.</returns>
    /// <exception cref="GantryException">NotFound: somebody else has closed it.</exception>
    public IReadOnlyList<Endpoint> Close()
    {
        lock (_gate)
        {
            if (_closed) throw GantryException.NotFound($"network {Record.Name} not found");
            _closed = _endpoints.Count == 0;
            return [.. _endpoints.Values];
        }
    }

    /// <summary>It is made; or, after <see cref="Close"/>, it cannot be removed.</summary>
    public void Open()
    {
        lock (_gate) _closed = false;
    }

    /// <returns>False when it was not there.</returns>
    public bool Remove(Endpoint endpoint)
    {
        lock (_gate) return _endpoints.Remove(endpoint.Id);
    }

    /// <returns>False when the first was not there.</returns>
    public bool Replace(Endpoint endpoint, Endpoint by)
    {
        lock (_gate)
        {
            if (!_endpoints.ContainsKey(endpoint.Id)) return false;
            _endpoints[by.Id] = by;
            return true;
        }
    }

    /// <summary>An endpoint from before the daemon's restart; two with one address cannot be, but must not stop the daemon.</summary>
    public bool Restore(Endpoint endpoint)
    {
        lock (_gate)
        {
            _endpoints[endpoint.Id] = endpoint;
            bool four = endpoint.Address.Length == 0 || (_space4?.TryReserve(IPAddress.Parse(endpoint.Address)) ?? false);
            bool six = endpoint.Address6.Length == 0 || (_space6?.TryReserve(IPAddress.Parse(endpoint.Address6)) ?? false);
            return four && six;
        }
    }

    public void FreeAddresses(Endpoint endpoint)
    {
        lock (_gate)
        {
            if (endpoint.Address.Length > 0) _space4?.Free(IPAddress.Parse(endpoint.Address));
            if (endpoint.Address6.Length > 0) _space6?.Free(IPAddress.Parse(endpoint.Address6));
        }
    }

    private static IPAddress? Take(AddressSpace? space, string? wanted)
    {
        if (string.IsNullOrEmpty(wanted)) return space?.Allocate();
        if (!IPAddress.TryParse(wanted, out IPAddress? address)) throw GantryException.Invalid($"invalid IP address: {wanted}");
        if (space is null) throw GantryException.Invalid($"invalid address {wanted}: It does not belong to any of this network's subnets");
        space.Reserve(address);
        return address;
    }
}
