using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Containers.Checks;

/// <summary>What a spec asks for that only makes sense in a namespace of the container's own.</summary>
internal static class NamespaceCheck
{
    public static void Run(OciSpec spec)
    {
        if (!string.IsNullOrEmpty(spec.Hostname) && !Has(spec, "uts"))
            throw GantryException.Invalid("unable to set hostname without a private UTS namespace");
        if (!string.IsNullOrEmpty(spec.Domainname) && !Has(spec, "uts"))
            throw GantryException.Invalid("unable to set domainname without a private UTS namespace");
        CheckMounts(spec);
        CheckUser(spec);
        CheckTime(spec);
    }

    // Without one, every mount would be made in the host's tree and stay there.
    private static void CheckMounts(OciSpec spec)
    {
        if (Has(spec, "mount")) return;
        if (spec.Linux is { MaskedPaths.Count: > 0 } or { ReadonlyPaths.Count: > 0 })
            throw GantryException.Invalid("unable to restrict sys entries without a private MNT namespace");
        if (spec.Mounts is { Count: > 0 }) throw GantryException.Invalid("mounts need a private mount namespace");
    }

    private static void CheckUser(OciSpec spec)
    {
        OciLinux? linux = spec.Linux;
        if (ThisProcess.EffectiveUser != 0 && Find(spec, "user") is null)
            throw GantryException.Invalid("a container of an ordinary user needs a user namespace");
        if (linux is null || linux is { UidMappings: null or { Count: 0 }, GidMappings: null or { Count: 0 } }) return;
        OciNamespace? user = Find(spec, "user");
        if (user is null) throw GantryException.Invalid("linux.uidMappings and linux.gidMappings need a user namespace");
        if (linux.UidMappings is null or { Count: 0 } || linux.GidMappings is null or { Count: 0 })
            throw GantryException.Invalid("linux.uidMappings and linux.gidMappings are given together or not at all");
        IdMappingCheck.Run("linux.uidMappings", linux.UidMappings);
        IdMappingCheck.Run("linux.gidMappings", linux.GidMappings);
    }

    private static void CheckTime(OciSpec spec)
    {
        if (spec.Linux?.TimeOffsets is not { Count: > 0 } offsets) return;
        if (Find(spec, "time") is not { } time) throw GantryException.Invalid("linux.timeOffsets needs a time namespace");
        if (!string.IsNullOrEmpty(time.Path))
            throw GantryException.Invalid("linux.timeOffsets cannot be set for a time namespace that is joined");
        foreach ((string clock, OciTimeOffset offset) in offsets)
        {
            if (clock is not ("monotonic" or "boottime"))
                throw GantryException.Invalid($"linux.timeOffsets.{clock}: known clocks are monotonic and boottime");
            if (offset.Nanosecs >= 1_000_000_000)
                throw GantryException.Invalid($"linux.timeOffsets.{clock}.nanosecs is {offset.Nanosecs}; it must be below 1000000000");
        }
    }

    private static bool Has(OciSpec spec, string type) => Find(spec, type) is not null;

    private static OciNamespace? Find(OciSpec spec, string type)
    {
        foreach (OciNamespace entry in spec.Linux?.Namespaces ?? [])
            if (entry.Type == type) return entry;
        return null;
    }
}
