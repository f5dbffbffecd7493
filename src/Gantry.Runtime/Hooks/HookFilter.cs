namespace Gantry.Runtime.Hooks;

/// <summary>What hooks inside the container may call: the container's own policy (config.md, "StartContainer Hooks").</summary>
/// <param name="Program">Classic BPF.</param>
/// <param name="Flags">SECCOMP_FILTER_FLAG_*, without a listener.</param>
internal sealed record HookFilter(byte[] Program, uint Flags);
