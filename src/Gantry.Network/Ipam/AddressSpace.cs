using System.Net;
using System.Net.Sockets;

namespace Gantry.Network.Ipam;

/// <summary>Which addresses of one subnet are taken. The lowest free one is handed out. Not thread-safe:
/// its network's lock guards it.</summary>
public sealed class AddressSpace
{
    private readonly Subnet _subnet, _range;
    private readonly HashSet<UInt128> _used = [];
    /// <summary>No free offset is below it.</summary>
    private UInt128 _hint;

    public AddressSpace(Subnet subnet, Subnet? range = null)
    {
        if (range is { } part && !subnet.Contains(part)) throw GantryException.Invalid($"pool range {part} is not in the subnet {subnet}");
        this._subnet = subnet;
        this._range = range ?? subnet;
        _used.Add(0);
        // The last IPv4 address is the broadcast one; a /31 or /32 has none.
        if (subnet.Family == AddressFamily.InterNetwork && subnet.PrefixLength < 31) _used.Add(subnet.Size - 1);
    }

    public Subnet Subnet => _subnet;

    /// <summary>Whether there is an address to hand out.</summary>
    public bool HasRoom => FirstFree() is not null;

    /// <exception cref="GantryException">Conflict: the subnet is full.</exception>
    public IPAddress Allocate()
    {
        if (FirstFree() is not { } offset)
            throw GantryException.Conflict($"no available IPv{(_subnet.Family == AddressFamily.InterNetwork ? 4 : 6)} addresses on this "
                + $"network's address pools: {_subnet}");
        _used.Add(offset);
        _hint = offset + 1;
        return _subnet.At(offset);
    }

    private UInt128? FirstFree()
    {
        UInt128 start = _subnet.OffsetOf(_range.Address), end = start + _range.Size;
        for (UInt128 offset = UInt128.Max(start, _hint); offset < end; offset++)
        {
            if (!_used.Contains(offset)) return offset;
        }
        return null;
    }

    /// <exception cref="GantryException">InvalidArgument: not in the subnet; Forbidden: taken.</exception>
    public void Reserve(IPAddress address)
    {
        if (!_subnet.Contains(address))
            throw GantryException.Invalid($"invalid address {address}: It does not belong to any of this network's subnets");
        if (!TryReserve(address)) throw new GantryException(ErrorKind.Forbidden, "Address already in use");
    }

    /// <returns>False when it is taken or not of this subnet.</returns>
    public bool TryReserve(IPAddress address) => _subnet.Contains(address) && _used.Add(_subnet.OffsetOf(address));

    public void Free(IPAddress address)
    {
        if (!_subnet.Contains(address)) return;
        UInt128 offset = _subnet.OffsetOf(address);
        if (_used.Remove(offset) && offset < _hint) _hint = offset;
    }
}
