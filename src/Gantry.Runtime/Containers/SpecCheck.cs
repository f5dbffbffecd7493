using Gantry.Oci.Runtime;
using Gantry.Runtime.Containers.Checks;
using Gantry.Runtime.Init;

namespace Gantry.Runtime.Containers;

/// <summary>What must hold of a spec before anything is made for it.</summary>
internal static class SpecCheck
{
    /// <param name="processOptional">config.md, "process": it is required only when start is called.</param>
    public static void Run(OciSpec spec, bool processOptional = false)
    {
        if (!spec.OciVersion.StartsWith("1.", StringComparison.Ordinal))
            throw GantryException.Invalid($"ociVersion \"{spec.OciVersion}\" is not supported; known is 1.x");
        if (spec.Process is { } process) ProcessCheck.Run(process);
        else if (!processOptional) throw GantryException.Invalid("process property must not be empty");
        MountCheck.Run(spec);
        NamespaceCheck.Run(spec);
        SysctlCheck.Run(spec);
        HookCheck.Run(spec.Hooks);
        ResourceCheck.Run(spec.Linux?.Resources);
        if (spec.Linux?.Personality is { } personality) ExecutionDomain.Number(personality);
        // config-linux.md: a runtime that cannot apply it must say so.
        if (spec.Linux?.IntelRdt is not null) throw GantryException.Unsupported("linux.intelRdt is not supported");
    }
}
