using System.Net.Sockets;

namespace Gantry.Network.Ipam;

/// <summary>Subnets for networks that name none: the sizes and the order that Docker's users expect.</summary>
public static class DefaultPools
{
    /// <summary>172.17–172.31 as /16, then 192.168 in pieces of /20.</summary>
    public static IEnumerable<Subnet> All()
    {
        for (int second = 17; second < 32; second++) yield return Subnet.Parse($"172.{second}.0.0/16");
        for (int third = 0; third < 256; third += 16) yield return Subnet.Parse($"192.168.{third}.0/20");
    }

    /// <param name="taken">Routes of the host and subnets of other networks; a default route does not count.</param>
    /// <exception cref="GantryException">Conflict: none is free.</exception>
    public static Subnet FirstFree(IEnumerable<Subnet> taken)
    {
        List<Subnet> others = [.. taken.Where(other => other.PrefixLength > 0 && other.Family == AddressFamily.InterNetwork)];
        foreach (Subnet pool in All())
        {
            if (!others.Any(pool.Overlaps)) return pool;
        }
        throw GantryException.Conflict(
            "all predefined address pools have been fully subnetted: remove networks that are not used, or name a --subnet");
    }

    /// <summary>A /64 of the unique local range fd00::/8, RFC 4193 section 3.2.2, for an IPv6 network that names no subnet.</summary>
    public static Subnet Unique6()
    {
        byte[] bytes = new byte[16];
        bytes[0] = 0xfd;
        Random.Shared.NextBytes(bytes.AsSpan(1, 7));
        return Subnet.Of(new System.Net.IPAddress(bytes), 64);
    }
}
