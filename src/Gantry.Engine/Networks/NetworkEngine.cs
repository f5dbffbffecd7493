using System.Net;
using Gantry.Api.Networks;
using Gantry.Engine.Events;
using Gantry.Network;
using Gantry.Network.Endpoints;
using Gantry.Network.Ipam;
using Gantry.Network.Networks;

namespace Gantry.Engine.Networks;

/// <summary>What networks can do, apart from having containers connected, which is the containers' own affair.</summary>
public sealed class NetworkEngine(NetworkController networks, EventBus events)
{
    /// <summary>Oldest first.</summary>
    /// <param name="wanted">Picks by the record and by whether a running container is in it.</param>
    public List<NetworkRecord> List(Func<NetworkRecord, bool, bool> wanted) =>
        [.. networks.List().Where(network => wanted(network, IsUsed(network)))];

    /// <exception cref="GantryException">NotFound.</exception>
    public (NetworkRecord Network, IReadOnlyList<Endpoint> Endpoints) Inspect(string reference)
    {
        NetworkRecord network = networks.Find(reference);
        return (network, networks.EndpointsOf(network));
    }

    /// <returns>With what was asked for and has no effect.</returns>
    public async Task<(NetworkRecord Network, IReadOnlyList<string> Warnings)> CreateAsync(NetworkCreateRequest request,
        CancellationToken cancellation)
    {
        if (request.ConfigOnly || request.ConfigFrom is { Network.Length: > 0 })
            throw GantryException.Invalid("configuration-only networks are not supported");
        if (request.EnableIPv4 == false) throw GantryException.Invalid("networks without IPv4 are not supported");
        if (request.Ingress) throw GantryException.Invalid("ingress networks need a swarm");
        if (request.Scope is not ("" or "local")) throw GantryException.Invalid($"networks of scope {request.Scope} need a swarm");
        if (request.IPAM is { Driver: not ("" or "default") } ipam)
            throw GantryException.Invalid($"could not find IPAM driver {ipam.Driver}");
        NetworkRecord network = await networks.CreateAsync(new NetworkRequest
        {
            Name = request.Name,
            Driver = request.Driver.Length > 0 ? request.Driver : "bridge",
            EnableIPv6 = request.EnableIPv6 ?? false,
            Internal = request.Internal,
            Attachable = request.Attachable,
            IpamOptions = request.IPAM?.Options,
            Pools = [.. (request.IPAM?.Config ?? []).Select(Pool)],
            Options = request.Options ?? [],
            Labels = request.Labels ?? [],
        }, cancellation);
        Publish(network, "create");
        return (network, [.. networks.IdleOptions(network)
            .Select(option => $"option {option} is kept and has no effect: the driver {network.Driver} has none of this name")]);
    }

    /// <exception cref="GantryException">NotFound; Forbidden while containers are in it,
    /// or for one of the three that always exist.</exception>
    public async Task RemoveAsync(string reference, CancellationToken cancellation)
    {
        NetworkRecord network = networks.Find(reference);
        await networks.RemoveAsync(network, cancellation);
        Publish(network, "destroy");
    }

    /// <summary>Removes the networks that no running container is in and that <paramref name="wanted"/> picks.</summary>
    /// <returns>Their names.</returns>
    public async Task<List<string>> PruneAsync(Func<NetworkRecord, bool> wanted, CancellationToken cancellation)
    {
        List<string> removed = [];
        foreach (NetworkRecord network in networks.List().Where(network => !network.Predefined && !IsUsed(network) && wanted(network)))
        {
            try
            {
                await networks.RemoveAsync(network, cancellation);
            }
            catch (GantryException e) when (e.Kind is ErrorKind.Forbidden or ErrorKind.NotFound)
            {
                continue; // Used or removed meanwhile.
            }
            Publish(network, "destroy");
            removed.Add(network.Name);
        }
        events.Publish(EventType.Network, "prune", "", new Dictionary<string, string> { ["reclaimed"] = "0" });
        return removed;
    }

    private static PoolRequest Pool(IPAMConfig asked) => new()
    {
        Subnet = string.IsNullOrEmpty(asked.Subnet) ? null : Subnet.Parse(asked.Subnet),
        Range = string.IsNullOrEmpty(asked.IPRange) ? null : Subnet.Parse(asked.IPRange),
        Gateway = string.IsNullOrEmpty(asked.Gateway) ? null : Address(asked.Gateway, $"invalid gateway {asked.Gateway}"),
        Reserved = asked.AuxiliaryAddresses?.ToDictionary(reserved => reserved.Key,
            reserved => Address(reserved.Value, $"invalid address {reserved.Value} of {reserved.Key}")),
    };

    private static IPAddress Address(string text, string failure) =>
        AddressText.TryParse(text, out IPAddress? address) ? address : throw GantryException.Invalid($"{failure}: it is no IP address");

    private bool IsUsed(NetworkRecord network) => networks.EndpointsOf(network).Count > 0;

    private void Publish(NetworkRecord network, string action) =>
        events.Publish(EventType.Network, action, network.Id,
            new Dictionary<string, string> { ["name"] = network.Name, ["type"] = network.Driver });
}
