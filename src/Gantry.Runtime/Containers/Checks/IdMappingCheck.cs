using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Containers.Checks;

/// <summary>user_namespaces(7): ranges are not empty, end below 2³², and do not overlap on either side.
/// The kernel says no more than EINVAL.</summary>
internal static class IdMappingCheck
{
    public static void Run(string field, IReadOnlyList<OciIdMapping> mappings)
    {
        for (int i = 0; i < mappings.Count; i++)
        {
            OciIdMapping mapping = mappings[i];
            if (mapping.Size == 0) throw GantryException.Invalid($"{field}[{i}].size is 0");
            if ((ulong)mapping.ContainerID + mapping.Size > uint.MaxValue || (ulong)mapping.HostID + mapping.Size > uint.MaxValue)
                throw GantryException.Invalid($"{field}[{i}] ends above the highest ID");
            for (int j = 0; j < i; j++)
            {
                OciIdMapping other = mappings[j];
                if (Overlap(mapping.ContainerID, other.ContainerID, mapping.Size, other.Size)
                    || Overlap(mapping.HostID, other.HostID, mapping.Size, other.Size))
                    throw GantryException.Invalid($"{field}[{i}] and [{j}] overlap");
            }
        }
    }

    private static bool Overlap(uint a, uint b, uint sizeA, uint sizeB) => (ulong)a < (ulong)b + sizeB && (ulong)b < (ulong)a + sizeA;
}
