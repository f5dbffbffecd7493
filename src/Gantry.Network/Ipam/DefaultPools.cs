using System.Net.Sockets;

namespace Gantry.Network.Ipam;

/// <summary>Subnets for networks that name none: the sizes and the order that Docker's users expect.</summary>
public static class DefaultPools
{
    /// <summary>172.17–172.31 as /16, then 192.168 in pieces of /20.</summary>
    public static IReadOnlyList<SubnetPool> Usual { get; } =
    [
        .. Enumerable.Range(17, 15).Select(second => new SubnetPool(Subnet.Parse($"172.{second}.0.0/16"), 16)),
        new SubnetPool(Subnet.Parse("192.168.0.0/16"), 20),
    ];

    /// <param name="taken">Routes of the host and subnets of other networks; a default route does not count.</param>
    /// <exception cref="GantryException">Conflict: none is free.</exception>
    public static Subnet FirstFree(IReadOnlyList<SubnetPool> pools, IEnumerable<Subnet> taken) =>
        FirstFree(pools, taken, AddressFamily.InterNetwork) ?? throw GantryException.Conflict(
            "all predefined address pools have been fully subnetted: remove networks that are not used, or name a --subnet");

    /// <summary>For an IPv6 network that names no subnet: of the pools, where there are such of IPv6, else one by chance.</summary>
    /// <exception cref="GantryException">Conflict: none is free.</exception>
    public static Subnet FirstFree6(IReadOnlyList<SubnetPool> pools, IEnumerable<Subnet> taken)
    {
        if (pools.All(pool => pool.Base.Family != AddressFamily.InterNetworkV6)) return Unique6();
        return FirstFree(pools, taken, AddressFamily.InterNetworkV6) ?? throw GantryException.Conflict(
            "could not find an available, non-overlapping IPv6 address pool among the defaults to assign to the network: "
            + "remove networks that are not used, or name a --subnet");
    }

    private static Subnet? FirstFree(IReadOnlyList<SubnetPool> pools, IEnumerable<Subnet> taken, AddressFamily family)
    {
        List<Subnet> others = [.. taken.Where(other => other.PrefixLength > 0 && other.Family == family)];
        foreach (SubnetPool pool in pools.Where(pool => pool.Base.Family == family))
        {
            if (pool.FirstFree(others) is { } free) return free;
        }
        return null;
    }

    /// <summary>A /64 of the unique local range fd00::/8, RFC 4193 section 3.2.2.</summary>
    public static Subnet Unique6()
    {
        byte[] bytes = new byte[16];
        bytes[0] = 0xfd;
        Random.Shared.NextBytes(bytes.AsSpan(1, 7));
        return Subnet.Of(new System.Net.IPAddress(bytes), 64);
    }
}
