using Gantry.Api;

namespace Gantry.Cli;

/// <summary>Devices and the limits that run and create have beyond <see cref="ResourceFlags"/>.</summary>
internal sealed class DeviceFlags
{
    private readonly ListFlag<string> devices, rules;
    private readonly ListFlag<WeightDevice> weights;
    private readonly ListFlag<ThrottleDevice> readBps, writeBps, readIops, writeIops;
    private readonly ListFlag<Ulimit> ulimits;
    private readonly ValueFlag<long> swappiness, oomScore, shmSize;
    private readonly BoolFlag oomKillDisable;
    private readonly ValueFlag<string> gpus;

    public DeviceFlags(FlagSet flags)
    {
        devices = flags.List("device", null, "Give a device of the host to the container");
        rules = flags.List("device-cgroup-rule", null, "Add a rule to the list of devices that the cgroup allows");
        weights = flags.List("blkio-weight-device", null, "Weight of block I/O of one device", "list", LimitFlags.Weight);
        readBps = flags.List("device-read-bps", null, "Limit bytes read per second from a device", "list", LimitFlags.Bytes);
        writeBps = flags.List("device-write-bps", null, "Limit bytes written per second to a device", "list", LimitFlags.Bytes);
        readIops = flags.List("device-read-iops", null, "Limit reads per second from a device", "list", LimitFlags.Operations);
        writeIops = flags.List("device-write-iops", null, "Limit writes per second to a device", "list", LimitFlags.Operations);
        ulimits = flags.List("ulimit", null, "Resource limit of a process (name=soft[:hard])", "ulimit", LimitFlags.Ulimit);
        swappiness = flags.Number("memory-swappiness", null, "How readily memory is swapped out (0 to 100)", -1);
        oomScore = flags.Number("oom-score-adj", null, "How readily the kernel kills it when memory runs out (-1000 to 1000)");
        oomKillDisable = flags.Switch("oom-kill-disable", null, "Do not kill it when it reaches its memory limit");
        shmSize = flags.Value("shm-size", null, "Size of /dev/shm", "bytes", ByteSize.Parse, 0L);
        gpus = flags.Add(new ValueFlag<string>("gpus", null, "GPUs for the container; not supported", "gpu-request", text => text, "") { Hidden = true });
    }

    public void Apply(HostConfig host)
    {
        if (gpus.IsSet) throw new CliException("--gpus is not supported; give the container the device files with --device", 125);
        if (swappiness.Value is < -1 or > 100) throw new CliException($"invalid value: {swappiness.Value}. Valid memory swappiness range is 0-100", 125);
        if (oomScore.Value is < -1000 or > 1000) throw new CliException($"invalid value: {oomScore.Value}. Valid range for OOM score adjustment is -1000 to 1000", 125);
        ApplyDevices(host);
        host.DeviceCgroupRules = rules.OrNull;
        host.BlkioWeightDevice = weights.OrNull;
        host.BlkioDeviceReadBps = readBps.OrNull;
        host.BlkioDeviceWriteBps = writeBps.OrNull;
        host.BlkioDeviceReadIOps = readIops.OrNull;
        host.BlkioDeviceWriteIOps = writeIops.OrNull;
        host.Ulimits = ulimits.OrNull;
        host.MemorySwappiness = swappiness.IsSet ? swappiness.Value : null;
        host.OomScoreAdj = (int)oomScore.Value;
        host.OomKillDisable = oomKillDisable.IsSet ? oomKillDisable.Value : null;
        host.ShmSize = shmSize.Value;
    }

    private void ApplyDevices(HostConfig host)
    {
        List<string> cdi = [.. devices.Values.Where(LimitFlags.IsCdi)];
        if (cdi.Count > 0) host.DeviceRequests = [new DeviceRequest { Driver = "cdi", DeviceIDs = cdi }];
        foreach (string device in devices.Values.Where(device => !LimitFlags.IsCdi(device)))
        {
            try
            {
                (host.Devices ??= []).Add(LimitFlags.Mapping(device));
            }
            catch (FormatException e)
            {
                throw new CliException(e.Message, 125);
            }
        }
    }
}
