using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Options;

/// <summary>Devices and the limits that run and create have beyond <see cref="ResourceFlags"/>.</summary>
internal sealed class DeviceFlags
{
    private readonly ListFlag<string> _devices, _rules;
    private readonly ListFlag<WeightDevice> _weights;
    private readonly ListFlag<ThrottleDevice> _readBps, _writeBps, _readIops, _writeIops;
    private readonly ListFlag<Ulimit> _ulimits;
    private readonly ValueFlag<long> _swappiness, _oomScore, _shmSize;
    private readonly BoolFlag _oomKillDisable;
    private readonly ValueFlag<string> _gpus;

    public DeviceFlags(FlagSet flags)
    {
        _devices = flags.List("device", null, "Give a device of the host to the container");
        _rules = flags.List("device-cgroup-rule", null, "Add a rule to the list of devices that the cgroup allows");
        _weights = flags.List("blkio-weight-device", null, "Weight of block I/O of one device", "list", LimitFlags.Weight);
        _readBps = flags.List("device-read-bps", null, "Limit bytes read per second from a device", "list", LimitFlags.Bytes);
        _writeBps = flags.List("device-write-bps", null, "Limit bytes written per second to a device", "list", LimitFlags.Bytes);
        _readIops = flags.List("device-read-iops", null, "Limit reads per second from a device", "list", LimitFlags.Operations);
        _writeIops = flags.List("device-write-iops", null, "Limit writes per second to a device", "list", LimitFlags.Operations);
        _ulimits = flags.List("ulimit", null, "Resource limit of a process (name=soft[:hard])", "ulimit", LimitFlags.Ulimit);
        _swappiness = flags.Number("memory-swappiness", null, "How readily memory is swapped out (0 to 100)", -1);
        _oomScore = flags.Number("oom-score-adj", null, "How readily the kernel kills it when memory runs out (-1000 to 1000)");
        _oomKillDisable = flags.Switch("oom-kill-disable", null, "Do not kill it when it reaches its memory limit");
        _shmSize = flags.Value("shm-size", null, "Size of /dev/shm", "bytes", ByteSize.Parse, 0L);
        _gpus = flags.Add(new ValueFlag<string>("gpus", null, "GPUs for the container; not supported", "gpu-request", text => text,
            "") { Hidden = true });
    }

    public void Apply(HostConfig host)
    {
        if (_gpus.IsSet) throw new CliException("--gpus is not supported; give the container the device files with --device", 125);
        if (_swappiness.Value is < -1 or > 100)
            throw new CliException($"invalid value: {_swappiness.Value}. Valid memory swappiness range is 0-100", 125);
        if (_oomScore.Value is < -1000 or > 1000)
            throw new CliException($"invalid value: {_oomScore.Value}. Valid range for OOM score adjustment is -1000 to 1000", 125);
        ApplyDevices(host);
        host.DeviceCgroupRules = _rules.OrNull;
        host.BlkioWeightDevice = _weights.OrNull;
        host.BlkioDeviceReadBps = _readBps.OrNull;
        host.BlkioDeviceWriteBps = _writeBps.OrNull;
        host.BlkioDeviceReadIOps = _readIops.OrNull;
        host.BlkioDeviceWriteIOps = _writeIops.OrNull;
        host.Ulimits = _ulimits.OrNull;
        host.MemorySwappiness = _swappiness.IsSet ? _swappiness.Value : null;
        host.OomScoreAdj = (int)_oomScore.Value;
        host.OomKillDisable = _oomKillDisable.IsSet ? _oomKillDisable.Value : null;
        host.ShmSize = _shmSize.Value;
    }

    private void ApplyDevices(HostConfig host)
    {
        List<string> cdi = [.. _devices.Values.Where(LimitFlags.IsCdi)];
        if (cdi.Count > 0) host.DeviceRequests = [new DeviceRequest { Driver = "cdi", DeviceIDs = cdi }];
        foreach (string device in _devices.Values.Where(device => !LimitFlags.IsCdi(device)))
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
