using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Init;

/// <summary>The five sets of the spec, limited to what this host can give.</summary>
internal sealed class CapabilitySets
{
    private readonly ulong _bounding, _effective, _inheritable, _permitted, _ambient;

    private CapabilitySets(OciCapabilities sets, ulong available, Action<string> note)
    {
        _bounding = Bits(sets.Bounding, note) & available;
        _permitted = Bits(sets.Permitted, note) & available;
        _effective = Bits(sets.Effective, note) & _permitted;
        _inheritable = Bits(sets.Inheritable, note) & available;
        _ambient = Bits(sets.Ambient, note) & _permitted & _inheritable;
        ulong missing = Bits(sets.Bounding, static _ => { }) & ~available;
        if (missing != 0) note($"not available on this host and left out: {string.Join(' ', Names(missing))}");
    }

    public static CapabilitySets From(OciCapabilities? sets, Action<string> note) =>
        new(sets ?? new OciCapabilities(), Capabilities.Bounding(), note);

    public void LimitBounding() => Capabilities.LimitBounding(_bounding);

    /// <summary>After a change of user: makes effective again all that was kept, for the steps that remain.</summary>
    public void RaisePermitted()
    {
        ulong permitted = Capabilities.Current().Permitted;
        Capabilities.Set(permitted, permitted, 0);
    }

    public CapabilityBits Final => new(_effective, _permitted, _inheritable, _ambient);

    private static ulong Bits(IReadOnlyList<string>? names, Action<string> note)
    {
        ulong bits = 0;
        foreach (string name in names ?? [])
        {
            int bit = Capabilities.Find(name);
            if (bit >= 0) bits |= 1UL << bit;
            else note($"unknown capability {name} is left out");
        }
        return bits;
    }

    private static IEnumerable<string> Names(ulong bits)
    {
        for (int bit = 0; bit < Capabilities.Names.Count; bit++)
            if ((bits & (1UL << bit)) != 0) yield return Capabilities.Names[bit];
    }
}
