using Gantry.Api.Json;
using Gantry.Api.Volumes;

namespace Gantry.Api.Containers;

/// <summary>Writes one mount of a create request; see <see cref="JsonFields"/>.</summary>
internal static class MountWriter
{
    public static void Write(JsonFields json, MountSpec mount)
    {
        json.Text("Type", mount.Type);
        json.Text("Source", mount.Source);
        json.Text("Target", mount.Target);
        json.Optional("ReadOnly", mount.ReadOnly);
        json.Text("Consistency", mount.Consistency);
        json.Object("BindOptions", mount.BindOptions, Bind);
        json.Object("VolumeOptions", mount.VolumeOptions, Volume);
        json.Object("ImageOptions", mount.ImageOptions, static (json, image) => json.Text("Subpath", image.Subpath));
        json.Object("TmpfsOptions", mount.TmpfsOptions, static (json, tmpfs) =>
        {
            json.Optional("SizeBytes", tmpfs.SizeBytes);
            json.Optional("Mode", tmpfs.Mode);
            json.Lists("Options", tmpfs.Options);
        });
    }

    private static void Bind(JsonFields json, BindOptions bind)
    {
        json.Text("Propagation", bind.Propagation);
        json.Optional("NonRecursive", bind.NonRecursive);
        json.Optional("CreateMountpoint", bind.CreateMountpoint);
        json.Optional("ReadOnlyNonRecursive", bind.ReadOnlyNonRecursive);
        json.Optional("ReadOnlyForceRecursive", bind.ReadOnlyForceRecursive);
    }

    private static void Volume(JsonFields json, VolumeOptions volume)
    {
        json.Optional("NoCopy", volume.NoCopy);
        json.Map("Labels", volume.Labels);
        json.Text("Subpath", volume.Subpath);
        json.Object("DriverConfig", volume.DriverConfig, static (json, driver) =>
        {
            json.Text("Name", driver.Name);
            json.Map("Options", driver.Options);
        });
    }
}
