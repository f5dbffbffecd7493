using System.Net;
using System.Net.Sockets;
using Gantry.Network.Ipam;

namespace Gantry.Network.Networks;

/// <summary>Whether containers can have addresses of a subnet as it is asked for. Asked when a network is made, never of one that is
/// there.</summary>
internal static class PoolRules
{
    /// <summary>No interface sends from or to them: the host itself, groups, and IPv4 addresses in the form of IPv6.</summary>
    private static readonly (Subnet Range, string Meaning)[] Impossible =
    [
        (Subnet.Parse("0.0.0.0/8"), "addresses of this host"),
        (Subnet.Parse("127.0.0.0/8"), "loopback addresses"),
        (Subnet.Parse("224.0.0.0/4"), "multicast addresses"),
        (Subnet.Parse("::/127"), "the loopback address"),
        (Subnet.Parse("::ffff:0:0/96"), "IPv4 addresses in the form of IPv6"),
        (Subnet.Parse("ff00::/8"), "multicast addresses"),
    ];

    /// <param name="others">Pools of other networks, and those that the same network has already.</param>
    /// <exception cref="GantryException">InvalidArgument or Forbidden, in Docker's words where it has some.</exception>
    public static void Check(AddressPool pool, IEnumerable<AddressPool> others)
    {
        if (others.Any(other => other.Subnet.Overlaps(pool.Subnet)))
            throw new GantryException(ErrorKind.Forbidden, "Pool overlaps with other one on this address space");
        CheckPossible(pool.Subnet);
        AddressSpace space = new(pool.Subnet, pool.Range);
        // Of such a subnet nothing is left for the gateway, whichever it is.
        if (pool.Subnet.Family == AddressFamily.InterNetwork && pool.Subnet.PrefixLength > 30)
            throw GantryException.Invalid($"invalid subnet {pool.Subnet}: failed to allocate gateway (): "
                + "No available addresses on this pool");
        if (pool.Gateway is { } gateway) Reserve(space, gateway, $"failed to allocate gateway ({gateway})");
        foreach ((string name, IPAddress address) in pool.Reserved ?? new Dictionary<string, IPAddress>())
        {
            if (!pool.Subnet.Contains(address))
                throw new GantryException(ErrorKind.Forbidden,
                    $"auxiliary address: ({name}:{address}) must belong to the master pool: {pool.Subnet}");
            Reserve(space, address, $"failed to allocate secondary ip address ({name}:{address})");
        }
        if (!space.HasRoom) throw GantryException.Invalid($"invalid subnet {pool.Range ?? pool.Subnet}: "
            + "no address is left for a container beside the network's own, its gateway and the auxiliary addresses");
    }

    /// <exception cref="GantryException">InvalidArgument: it has addresses that no container can have.</exception>
    public static void CheckPossible(Subnet subnet)
    {
        if (Impossible.FirstOrDefault(one => one.Range.Overlaps(subnet)) is { Meaning: { } meaning } range)
            throw GantryException.Invalid($"invalid subnet {subnet}: {range.Range} are {meaning}, which no container can have");
    }

    private static void Reserve(AddressSpace space, IPAddress address, string failure)
    {
        if (!space.Subnet.Contains(address)) throw GantryException.Invalid($"{failure}: Requested address is out of range");
        if (!space.TryReserve(address)) throw GantryException.Invalid($"{failure}: Address already in use");
    }
}
