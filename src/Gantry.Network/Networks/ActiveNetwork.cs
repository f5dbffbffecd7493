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
            AddressSpace space = new(pool.Subnet, pool.Range);
            if (pool.Gateway is { } gateway) space.TryReserve(gateway);
            foreach (IPAddress reserved in pool.Reserved?.Values ?? []) space.Reserve(reserved);
            if (space.Subnet.Family == AddressFamily.InterNetwork) (_space4, Gateway4) = (_space4 ?? space, Gateway4 ?? pool.Gateway);
            else (_space6, Gateway6) = (_space6 ?? space, Gateway6 ?? pool.Gateway);
        }
    }

    public NetworkRecord Record { get; }

    public Subnet? Subnet4 => _space4?.Subnet;

    public Subnet? Subnet6 => _space6?.Subnet;

    public IPAddress? Gateway4 { get; }

    public IPAddress? Gateway6 { get; }

    public IReadOnlyList<Endpoint> Endpoints
    {
        get
        {
            lock (_gate) return [.. _endpoints.Values];
        }
    }

    public (IPAddress? Four, IPAddress? Six) Take(IPAddress? wanted4, IPAddress? wanted6)
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
            bool four = endpoint.Address is not { } address || (_space4?.TryReserve(address) ?? false);
            bool six = endpoint.Address6 is not { } address6 || (_space6?.TryReserve(address6) ?? false);
            return four && six;
        }
    }

    public void FreeAddresses(Endpoint endpoint)
    {
        lock (_gate)
        {
            if (endpoint.Address is { } address) _space4?.Free(address);
            if (endpoint.Address6 is { } address6) _space6?.Free(address6);
        }
    }

    private static IPAddress? Take(AddressSpace? space, IPAddress? wanted)
    {
        if (wanted is null) return space?.Allocate();
        if (space is null) throw GantryException.Invalid($"invalid address {wanted}: It does not belong to any of this network's subnets");
        space.Reserve(wanted);
        return wanted;
    }
}
