using Gantry.Api;

namespace Gantry.Cli;

/// <summary>Volumes and mounts of run and create.</summary>
internal sealed class StorageFlags
{
    private readonly ListFlag<string> volumes, tmpfs, volumesFrom, storageOptions;
    private readonly ListFlag<MountSpec> mounts;
    private readonly ValueFlag<string> volumeDriver;
    private readonly BoolFlag readOnly;

    public StorageFlags(FlagSet flags)
    {
        volumes = flags.List("volume", 'v', "Mount a volume or a directory of the host ([source:]target[:options])");
        mounts = flags.List("mount", null, "Mount a filesystem (type=…,source=…,target=…)", "mount", MountFlag.Parse);
        tmpfs = flags.List("tmpfs", null, "Mount a filesystem that is kept in memory");
        volumesFrom = flags.List("volumes-from", null, "Mount the volumes of another container");
        volumeDriver = flags.Text("volume-driver", null, "Driver of the volumes that are created");
        storageOptions = flags.List("storage-opt", null, "Option of the storage driver");
        readOnly = flags.Switch("read-only", null, "Mount the root filesystem read-only");
    }

    public void Apply(ContainerCreateRequest request, HostConfig host)
    {
        try
        {
            foreach (string spec in volumes.Values) VolumeFlag.Add(spec, request, host);
            foreach (string spec in tmpfs.Values) VolumeFlag.AddTmpfs(spec, host);
            if (storageOptions.Values.Count > 0) host.StorageOpt = KeyValues.Map(storageOptions.Values.Select(KeyValues.RequireValue));
        }
        catch (FormatException e)
        {
            throw new CliException(e.Message, 125);
        }
        host.Mounts = mounts.OrNull;
        host.VolumesFrom = volumesFrom.OrNull;
        host.VolumeDriver = volumeDriver.Value;
        host.ReadonlyRootfs = readOnly;
    }
}
