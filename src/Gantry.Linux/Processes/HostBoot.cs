namespace Gantry.Linux.Processes;

/// <summary>The boot that the host runs since.</summary>
public static class HostBoot
{
    /// <summary>A UUID; what another boot wrote without syncing may not have reached the disk.</summary>
    public static readonly string Id = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
}
