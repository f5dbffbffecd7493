using Gantry.Oci.Runtime;
using Gantry.Runtime.Mounts;

namespace Gantry.Runtime.Containers.Checks;

/// <summary>config.md, "Mounts".</summary>
internal static class MountCheck
{
    public static void Run(OciSpec spec)
    {
        IReadOnlyList<OciMount> mounts = spec.Mounts ?? [];
        for (int i = 0; i < mounts.Count; i++)
        {
            if (!mounts[i].Destination.StartsWith('/'))
                throw GantryException.Invalid($"mount destination {mounts[i].Destination} is not absolute");
            bool uids = mounts[i].UidMappings is { Count: > 0 }, gids = mounts[i].GidMappings is { Count: > 0 };
            if (uids != gids)
                throw GantryException.Invalid(
                    $"mounts[{i}] ({mounts[i].Destination}): uidMappings and gidMappings are given together or not at all");
            if (!uids) continue;
            IdMappingCheck.Run($"mounts[{i}].uidMappings", mounts[i].UidMappings!);
            IdMappingCheck.Run($"mounts[{i}].gidMappings", mounts[i].GidMappings!);
            if (!MountOptions.IsBind(mounts[i]))
                throw GantryException.Unsupported($"mounts[{i}] ({mounts[i].Destination}): only bind mounts can be idmapped");
        }
    }
}
