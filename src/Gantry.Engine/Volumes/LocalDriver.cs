namespace Gantry.Engine.Volumes;

/// <summary>Docker's <c>local</c>: the volume's own directory; or with the options <c>type</c>, <c>device</c> and <c>o</c>, what they name,
/// mounted there.</summary>
internal sealed class LocalDriver : IVolumeDriver
{
    public string Name => Volume.LocalDriver;

    public void Check(string name, IReadOnlyDictionary<string, string> options) => VolumeOptions.Check(name, options);

    public async ValueTask<string> MountAsync(Volume volume, CancellationToken cancellation)
    {
        if (NeedsMount(volume)) await VolumeMount.MountAsync(volume, cancellation);
        else Directory.CreateDirectory(volume.Mountpoint);
        return volume.Mountpoint;
    }

    public string? Look(Volume volume) => volume.Mountpoint;

    public async ValueTask UnmountAsync(Volume volume)
    {
        if (NeedsMount(volume)) await VolumeMount.UnmountAsync(volume);
    }

    public ValueTask RemoveAsync(Volume volume) => UnmountAsync(volume);

    private static bool NeedsMount(Volume volume) => volume.Options.ContainsKey("type") || volume.Options.ContainsKey("device");
}
