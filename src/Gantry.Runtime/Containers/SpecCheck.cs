using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Containers;

/// <summary>What must hold of a spec before anything is made for it.</summary>
internal static class SpecCheck
{
    internal static void Run(OciSpec spec)
    {
        if (!spec.OciVersion.StartsWith("1.", StringComparison.Ordinal)) throw GantryException.Invalid($"ociVersion \"{spec.OciVersion}\" is not supported; known is 1.x");
        if (spec.Process is null) throw GantryException.Invalid("process property must not be empty");
        Run(spec.Process);
        foreach (OciMount mount in spec.Mounts ?? [])
            if (!mount.Destination.StartsWith('/')) throw GantryException.Invalid($"mount destination {mount.Destination} is not absolute");
        bool uts = spec.Linux?.Namespaces?.Any(static n => n.Type == "uts") == true;
        if (!uts && !string.IsNullOrEmpty(spec.Hostname)) throw GantryException.Invalid("unable to set hostname without a private UTS namespace");
    }

    internal static void Run(OciProcess process)
    {
        if (process.Args is null or { Count: 0 }) throw GantryException.Invalid("args must not be empty");
        if (!process.Cwd.StartsWith('/')) throw GantryException.Invalid("Cwd must be an absolute path");
        foreach (string text in process.Args.Concat(process.Env ?? []))
            if (text.Contains('\0')) throw GantryException.Invalid("arguments and environment must not hold NUL bytes");
    }
}
