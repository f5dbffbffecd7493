namespace Gantry.Engine.Containers;

/// <summary>Whether the host has cgroup v2 alone, or v1 (also beside it).</summary>
internal static class CgroupVersion
{
    public static bool IsUnified { get; } = File.Exists("/sys/fs/cgroup/cgroup.controllers");
}
