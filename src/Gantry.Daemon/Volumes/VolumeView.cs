
namespace Gantry.Daemon.Volumes;

/// <summary>A volume as clients see it.</summary>
internal static class VolumeView
{
    public static Api.Volumes.Volume Of(Engine.Volumes.Volume volume, Api.Volumes.VolumeUsage? usage = null) => new()
    {
        Name = volume.Name,
        Driver = volume.Driver,
        Mountpoint = volume.Mountpoint,
        CreatedAt = volume.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
        Labels = volume.Labels.Count > 0 ? new(volume.Labels) : null,
        Options = volume.Options.Count > 0 ? new(volume.Options) : null,
        Scope = "local",
        UsageData = usage,
    };
}
