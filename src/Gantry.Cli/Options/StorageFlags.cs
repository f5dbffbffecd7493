using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Options;

/// <summary>Volumes and mounts of run and create.</summary>
internal sealed class StorageFlags
{
    private readonly ListFlag<string> _volumes, _tmpfs, _volumesFrom, _storageOptions;
    private readonly ListFlag<MountSpec> _mounts;
    private readonly ValueFlag<string> _volumeDriver;
    private readonly BoolFlag _readOnly;

    public StorageFlags(FlagSet flags)
    {
        _volumes = flags.List("volume", 'v', "Mount a volume or a directory of the host ([source:]target[:options])");
        _mounts = flags.List("mount", null, "Mount a filesystem (type=…,source=…,target=…)", "mount", MountFlag.Parse);
        _tmpfs = flags.List("tmpfs", null, "Mount a filesystem that is kept in memory");
        _volumesFrom = flags.List("volumes-from", null, "Mount the volumes of another container");
        _volumeDriver = flags.Text("volume-driver", null, "Driver of the volumes that are created");
        _storageOptions = flags.List("storage-opt", null, "Option of the storage driver");
        _readOnly = flags.Switch("read-only", null, "Mount the root filesystem read-only");
    }

    public void Apply(ContainerCreateRequest request, HostConfig host)
    {
        try
        {
            foreach (string spec in _volumes.Values) VolumeFlag.Add(spec, request, host);
            foreach (string spec in _tmpfs.Values) VolumeFlag.AddTmpfs(spec, host);
            if (_storageOptions.Values.Count > 0) host.StorageOpt = KeyValues.Map(_storageOptions.Values.Select(KeyValues.RequireValue));
        }
        catch (FormatException e)
        {
            throw new CliException(e.Message, 125);
        }
        host.Mounts = _mounts.OrNull;
        host.VolumesFrom = _volumesFrom.OrNull;
        host.VolumeDriver = _volumeDriver.Value;
        host.ReadonlyRootfs = _readOnly;
    }
}
