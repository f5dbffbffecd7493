using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Containers.Checks;

/// <summary>config-linux.md, "Control groups": what can be told to be wrong without asking the kernel.</summary>
internal static class ResourceCheck
{
    public static void Run(OciResources? resources)
    {
        if (resources is null) return;
        for (int i = 0; i < resources.Devices?.Count; i++) Check(resources.Devices[i], $"linux.resources.devices[{i}]");
        if (resources.BlockIO is { Weight: { } weight and not 0 and (< 10 or > 1000) })
            throw GantryException.Invalid($"linux.resources.blockIO.weight is {weight}; it must be between 10 and 1000");
        if (resources.Memory is { Swappiness: > 100 and { } swappiness })
            throw GantryException.Invalid($"linux.resources.memory.swappiness is {swappiness}; it must be between 0 and 100");
    }

    private static void Check(OciDeviceRule rule, string field)
    {
        if (rule.Type is not (null or "" or "a" or "b" or "c"))
            throw GantryException.Invalid($"{field}.type \"{rule.Type}\" is not known; it is a, b or c");
        // Some write "a" beside the others, where it says nothing.
        bool valid = string.IsNullOrEmpty(rule.Access) || rule.Access.AsSpan().ContainsAny('r', 'w', 'm');
        foreach (char access in rule.Access ?? "") valid &= access is 'r' or 'w' or 'm' or 'a';
        if (!valid) throw GantryException.Invalid($"{field}.access \"{rule.Access}\" is not made of r, w and m");
    }
}
