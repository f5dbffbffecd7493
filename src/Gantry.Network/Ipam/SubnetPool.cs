namespace Gantry.Network.Ipam;

/// <summary>A range of addresses of which networks that name no subnet get theirs, all of one size.</summary>
/// <param name="Size">Their prefix length.</param>
public sealed record SubnetPool(Subnet Base, int Size)
{
    /// <exception cref="GantryException">InvalidArgument: there are no such subnets, or no network can be in them.</exception>
    public void Check()
    {
        // A network needs a gateway and room for a container.
        int largest = Math.Max(Base.PrefixLength, 1), smallest = Base.Bits - 2;
        if (Size < largest || Size > smallest)
            throw GantryException.Invalid($"invalid pools size: {Size}: {largest} to {smallest} are possible for {Base}");
    }

    /// <returns>The first of its subnets that overlaps with none of these; null where there is none.</returns>
    public Subnet? FirstFree(IReadOnlyCollection<Subnet> others)
    {
        UInt128 step = UInt128.One << (Base.Bits - Size), count = UInt128.One << (Size - Base.PrefixLength);
        for (UInt128 index = 0; index < count;)
        {
            Subnet candidate = Subnet.Of(Base.At(index * step), Size);
            Subnet[] inTheWay = [.. others.Where(candidate.Overlaps)];
            if (inTheWay.Length == 0) return candidate;
            // Behind the largest of them: of a range that is in use as a whole not each part is looked at.
            Subnet largest = inTheWay.MinBy(other => other.PrefixLength);
            if (largest.Contains(Base)) return null;
            index = largest.Contains(candidate) ? Base.OffsetOf(largest.Address) / step + largest.Size / step : index + 1;
        }
        return null;
    }
}
