using System.Net;
using System.Net.Sockets;

namespace Gantry.Network;

/// <summary>Which addresses of one subnet are taken. The lowest free one is handed out. Not thread-safe: its network's lock guards it.</summary>
public sealed class AddressSpace
{
    private readonly Subnet subnet, range;
    private readonly HashSet<UInt128> used = [];
    /// <summary>No free offset is below it.</summary>
    private UInt128 hint;

    public AddressSpace(Subnet subnet, Subnet? range = null)
    {
        if (range is { } part && !subnet.Contains(part)) throw GantryException.Invalid($"pool range {part} is not in the subnet {subnet}");
        this.subnet = subnet;
        this.range = range ?? subnet;
        used.Add(0);
        // The last IPv4 address is the broadcast one; a /31 or /32 has none.
        if (subnet.Family == AddressFamily.InterNetwork && subnet.PrefixLength < 31) used.Add(subnet.Size - 1);
    }

    public Subnet Subnet => subnet;

    /// <exception cref="GantryException">Conflict: the subnet is full.</exception>
    public IPAddress Allocate()
    {
        UInt128 start = subnet.OffsetOf(range.Address), end = start + range.Size;
        for (UInt128 offset = UInt128.Max(start, hint); offset < end; offset++)
        {
            if (!used.Add(offset)) continue;
            hint = offset + 1;
            return subnet.At(offset);
        }
        throw GantryException.Conflict($"no available IPv{(subnet.Family == AddressFamily.InterNetwork ? 4 : 6)} addresses on this network's address pools: {subnet}");
    }

    /// <exception cref="GantryException">InvalidArgument: not in the subnet; Forbidden: taken.</exception>
    public void Reserve(IPAddress address)
    {
        if (!subnet.Contains(address)) throw GantryException.Invalid($"invalid address {address}: It does not belong to any of this network's subnets");
        if (!TryReserve(address)) throw new GantryException(ErrorKind.Forbidden, "Address already in use");
    }

    /// <returns>False when it is taken or not of this subnet.</returns>
    public bool TryReserve(IPAddress address) => subnet.Contains(address) && used.Add(subnet.OffsetOf(address));

    public void Free(IPAddress address)
    {
        if (!subnet.Contains(address)) return;
        UInt128 offset = subnet.OffsetOf(address);
        if (used.Remove(offset) && offset < hint) hint = offset;
    }
}
