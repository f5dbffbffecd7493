using Gantry.Oci.Runtime;
using Gantry.Runtime.Init;

namespace Gantry.Runtime.Containers.Checks;

/// <summary>config.md, "Process", for a container's first process and for an exec's.</summary>
internal static class ProcessCheck
{
    public static void Run(OciProcess process)
    {
        if (process.Args is null or { Count: 0 }) throw GantryException.Invalid("args must not be empty");
        if (!process.Cwd.StartsWith('/')) throw GantryException.Invalid("Cwd must be an absolute path");
        foreach (string text in process.Args.Concat(process.Env ?? []))
            if (text.Contains('\0')) throw GantryException.Invalid("arguments and environment must not hold NUL bytes");
        ResourceLimits.Check(process.Rlimits);
        Scheduling.Check(process);
    }
}
