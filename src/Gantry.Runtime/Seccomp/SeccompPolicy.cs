using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Seccomp;

/// <summary>linux.seccomp beyond the list of calls.</summary>
internal static class SeccompPolicy
{
    /// <summary>SECCOMP_FILTER_FLAG_* for the spec's names. TSYNC is left out: the process that execs has one thread that counts.</summary>
    internal static uint Flags(OciSeccomp? seccomp)
    {
        uint flags = 0;
        foreach (string flag in seccomp?.Flags ?? [])
        {
            flags |= flag switch
            {
                "SECCOMP_FILTER_FLAG_TSYNC" => 0u,
                "SECCOMP_FILTER_FLAG_LOG" => 2u,
                "SECCOMP_FILTER_FLAG_SPEC_ALLOW" => 4u,
                _ => throw GantryException.Unsupported($"seccomp flag {flag} is not supported"),
            };
        }
        return flags;
    }
}
