using System.Text.Json;
using Gantry.Api.Containers;
using Gantry.Api.Networks;
using Gantry.Api.Wire;
using Gantry.Engine.Containers;
using Gantry.Engine.Containers.Creation;
using Xunit;

namespace Gantry.Engine.Tests.Containers.Checks;

/// <summary>Field by field what create accepts, refuses and warns about: each row is a body as it comes over the wire.</summary>
public sealed class CreateFieldsTests
{
    /// <summary>A host of two processors and one memory node whose kernel has everything.</summary>
    private static readonly CgroupSupport Full = new()
    {
        Version = 1, Memory = true, Swap = true, OomKillDisable = true, CpuPeriod = true, CpuQuota = true, CpuShares = true, CpuSet = true,
        Pids = true,
        BlockIOWeight = true, BlockIOWeightDevice = true, BlockIOThrottle = true, KernelMemoryTcp = true, Realtime = true, Cpus = "0-1",
        MemoryNodes = "0",
    };

    private static (ContainerCreateRequest Request, List<string> Warnings) Check(string body, CgroupSupport? support = null)
    {
        ContainerCreateRequest request = JsonSerializer.Deserialize(body, ApiJson.Wire.ContainerCreateRequest)!;
        request.Cmd ??= ["true"];
        HostConfig host = request.HostConfig ??= new HostConfig();
        ContainerOptions options = new() { DataRoot = "/data", ExecRoot = "/run/g", Runtime = "gantry-runtime",
            Runtimes = new Dictionary<string, string> { ["runc"] = "/usr/sbin/runc" } };
        List<string> warnings = [];
        RequestCheck.BeforeDefaults(request, host, warnings);
        HostDefaults.Apply(host, request, new string('a', 64), options);
        new RequestCheck(new ContainerStore(), options, support ?? Full).Run(request, host, request.NetworkingConfig, warnings);
        return (request, warnings);
    }

    [Theory]
    // Memory.
    [InlineData("""{"HostConfig":{"Memory":1}}""", "Minimum memory limit allowed is 6MB")]
    [InlineData("""{"HostConfig":{"Memory":-5}}""", "Minimum memory limit allowed is 6MB")]
    [InlineData("""{"HostConfig":{"MemorySwap":104857600}}""",
        "You should always set the Memory limit when using Memoryswap limit, see usage")]
    [InlineData("""{"HostConfig":{"Memory":104857600,"MemorySwap":52428800}}""",
        "Minimum memoryswap limit should be larger than memory limit, see usage")]
    [InlineData("""{"HostConfig":{"MemoryReservation":1024}}""", "Minimum memory reservation allowed is 6MB")]
    [InlineData("""{"HostConfig":{"Memory":52428800,"MemoryReservation":104857600}}""",
        "Minimum memory limit can not be less than memory reservation limit, see usage")]
    [InlineData("""{"HostConfig":{"MemorySwappiness":101}}""", "Invalid value: 101, valid memory swappiness range is 0-100")]
    [InlineData("""{"HostConfig":{"KernelMemory":1}}""", "Minimum kernel memory limit allowed is 6MB")]
    [InlineData("""{"HostConfig":{"KernelMemoryTCP":-1}}""", "invalid kernel memory TCP limit (-1): it must not be negative")]
    [InlineData("""{"HostConfig":{"ShmSize":-1}}""", "SHM size can not be less than 0")]
    // Processors.
    [InlineData("""{"HostConfig":{"CpuShares":-1}}""", "invalid CPU shares (-1): value must be a positive integer")]
    [InlineData("""{"HostConfig":{"CpuShares":1}}""", "invalid CPU shares (1): the minimum allowed cpu-shares is 2")]
    [InlineData("""{"HostConfig":{"CpuShares":262145}}""", "invalid CPU shares (262145): the maximum allowed cpu-shares is 262144")]
    [InlineData("""{"HostConfig":{"CpuPeriod":999}}""",
        "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)")]
    [InlineData("""{"HostConfig":{"CpuQuota":999}}""", "CPU cfs quota can not be less than 1ms (i.e. 1000)")]
    [InlineData("""{"HostConfig":{"NanoCpus":1000000000,"CpuQuota":50000}}""",
        "Conflicting options: Nano CPUs and CPU Quota cannot both be set")]
    [InlineData("""{"HostConfig":{"NanoCpus":1000000000,"CpuPeriod":50000}}""",
        "Conflicting options: Nano CPUs and CPU Period cannot both be set")]
    [InlineData("""{"HostConfig":{"CpuRealtimePeriod":1000,"CpuRealtimeRuntime":2000}}""",
        "cpu real-time runtime cannot be higher than cpu real-time period")]
    [InlineData("""{"HostConfig":{"CpuRealtimeRuntime":-5}}""", "cpu real-time period and runtime cannot be negative")]
    [InlineData("""{"HostConfig":{"CpusetCpus":"9"}}""", "Requested CPUs are not available - requested 9, available: 0-1")]
    [InlineData("""{"HostConfig":{"CpusetCpus":"x"}}""", "Invalid value x for cpuset cpus: invalid format: x")]
    [InlineData("""{"HostConfig":{"CpusetCpus":"1-0"}}""", "Invalid value 1-0 for cpuset cpus: invalid format: 1-0")]
    [InlineData("""{"HostConfig":{"CpusetCpus":"0, 1"}}""", "Invalid value 0, 1 for cpuset cpus: invalid format: 0, 1")]
    [InlineData("""{"HostConfig":{"CpusetCpus":"0-4294967295"}}""",
        "Invalid value 0-4294967295 for cpuset cpus: value of out range, maximum is 8192")]
    [InlineData("""{"HostConfig":{"CpusetMems":"1"}}""", "Requested memory nodes are not available - requested 1, available: 0")]
    // Processes and disks.
    [InlineData("""{"HostConfig":{"PidsLimit":1099511627776}}""",
        "invalid pids limit (1099511627776): the most that the kernel takes is 4194304, and -1 is no limit")]
    [InlineData("""{"HostConfig":{"OomScoreAdj":1001}}""", "Invalid value 1001, range for oom score adj is [-1000, 1000]")]
    [InlineData("""{"HostConfig":{"BlkioWeight":9}}""", "Range of blkio weight is from 10 to 1000")]
    [InlineData("""{"HostConfig":{"BlkioWeight":-1}}""", "Range of blkio weight is from 10 to 1000")]
    [InlineData("""{"HostConfig":{"BlkioWeightDevice":[{"Path":"/dev/null","Weight":5}]}}""",
        "invalid weight for device: /dev/null:5: the range is from 10 to 1000")]
    [InlineData("""{"HostConfig":{"BlkioDeviceReadBps":[{"Path":"/dev/nonesuch","Rate":1}]}}""",
        "stat /dev/nonesuch: no such file or directory")]
    [InlineData("""{"HostConfig":{"BlkioDeviceWriteIOps":[{"Path":"/dev/null","Rate":1}]}}""", "/dev/null is not a block device")]
    [InlineData("""{"HostConfig":{"BlkioDeviceWriteBps":[null]}}""", "bad format for device path: ")]
    [InlineData("""{"HostConfig":{"IOMaximumIOps":10}}""", "Invalid QoS settings: linux does not support configuration of maximum IOPs")]
    [InlineData("""{"HostConfig":{"IOMaximumBandwidth":10}}""",
        "Invalid QoS settings: linux does not support configuration of maximum bandwidth")]
    [InlineData("""{"HostConfig":{"Ulimits":[{"Name":"nonesuch","Soft":1,"Hard":1}]}}""", "invalid ulimit type: nonesuch")]
    [InlineData("""{"HostConfig":{"Ulimits":[null]}}""", "invalid ulimit type: ")]
    [InlineData("""{"HostConfig":{"Ulimits":[{"Name":"nofile","Soft":2048,"Hard":1024}]}}""",
        "ulimit soft limit must be less than or equal to hard limit: 2048 > 1024")]
    [InlineData("""{"HostConfig":{"Ulimits":[{"Name":"core","Soft":-1,"Hard":5}]}}""",
        "ulimit soft limit must be less than or equal to hard limit: -1 > 5")]
    // The process.
    [InlineData("""{"Cmd":[]}""", "no command specified")]
    [InlineData("""{"Env":[null]}""", "invalid environment variable: ")]
    [InlineData("""{"Env":["=x"]}""", "invalid environment variable: =x")]
    [InlineData("""{"WorkingDir":"x"}""", "the working directory 'x' is invalid, it needs to be an absolute path")]
    [InlineData("""{"StopSignal":"NONSENSE"}""", "invalid signal: NONSENSE")]
    [InlineData("""{"Hostname":"a\nb"}""", "invalid hostname: it holds a control character")]
    [InlineData("""{"Healthcheck":{"Interval":1}}""", "Interval in Healthcheck cannot be less than 1ms")]
    [InlineData("""{"Healthcheck":{"Timeout":-5}}""", "Timeout in Healthcheck cannot be less than 1ms")]
    [InlineData("""{"Healthcheck":{"StartPeriod":1}}""", "StartPeriod in Healthcheck cannot be less than 1ms")]
    [InlineData("""{"Healthcheck":{"StartInterval":1}}""", "StartInterval in Healthcheck cannot be less than 1ms")]
    [InlineData("""{"Healthcheck":{"Retries":-1}}""", "Retries in Healthcheck cannot be negative")]
    [InlineData("""{"HostConfig":{"GroupAdd":["4294967295"]}}""", "uids and gids must be in range 0-2147483647")]
    [InlineData("""{"HostConfig":{"ConsoleSize":[-1,-1]}}""", "invalid ConsoleSize: it has a number below 0")]
    // Namespaces and other containers; none is a 404, which means a missing image.
    [InlineData("""{"HostConfig":{"NetworkMode":"container:nobody"}}""", "No such container: nobody")]
    [InlineData("""{"HostConfig":{"NetworkMode":"container:"}}""", "invalid network mode: invalid container format container:<name|id>")]
    [InlineData("""{"HostConfig":{"NetworkMode":"container"}}""", "invalid network mode: invalid container format container:<name|id>")]
    [InlineData("""{"HostConfig":{"PidMode":"container:nobody"}}""", "No such container: nobody")]
    [InlineData("""{"HostConfig":{"PidMode":"nonsense"}}""", "invalid PID mode: nonsense")]
    [InlineData("""{"HostConfig":{"IpcMode":"container:nobody"}}""", "No such container: nobody")]
    [InlineData("""{"HostConfig":{"IpcMode":"default"}}""", "invalid IPC mode: default")]
    [InlineData("""{"HostConfig":{"UTSMode":"container:nobody"}}""", "invalid UTS mode: container:nobody")]
    [InlineData("""{"HostConfig":{"CgroupnsMode":"shareable"}}""", "invalid cgroup namespace mode: shareable")]
    [InlineData("""{"HostConfig":{"UsernsMode":"nonsense"}}""", "invalid user namespace mode: nonsense")]
    [InlineData("""{"Hostname":"x","HostConfig":{"UTSMode":"host"}}""", "conflicting options: hostname and the UTS mode")]
    [InlineData("""{"HostConfig":{"Links":["nobody:x"]}}""", "could not get container for nobody: No such container: nobody")]
    [InlineData("""{"HostConfig":{"Links":["a:b:c"]}}""", "bad format for links: a:b:c")]
    [InlineData("""{"HostConfig":{"Links":[""]}}""", "empty string specified for links")]
    // Addresses and names.
    [InlineData("""{"NetworkingConfig":{"EndpointsConfig":{"bridge":{"IPAMConfig":{"IPv4Address":"nonsense"}}}}}""",
        "invalid IPv4 address: nonsense")]
    [InlineData("""{"NetworkingConfig":{"EndpointsConfig":{"bridge":{"IPAMConfig":{"IPv4Address":"10.1"}}}}}""",
        "invalid IPv4 address: 10.1")]
    [InlineData("""{"NetworkingConfig":{"EndpointsConfig":{"bridge":{"IPAMConfig":{"IPv6Address":"1.2.3.4"}}}}}""",
        "invalid IPv6 address: 1.2.3.4")]
    [InlineData("""{"NetworkingConfig":{"EndpointsConfig":{"bridge":{"IPAMConfig":{"LinkLocalIPs":["x"]}}}}}""",
        "invalid link-local IP address: x")]
    [InlineData("""{"NetworkingConfig":{"EndpointsConfig":{"bridge":{"IPAMConfig":{"LinkLocalIPs":["10.0.0.1"]}}}}}""",
        "invalid link-local IP address: 10.0.0.1")]
    [InlineData("""{"NetworkingConfig":{"EndpointsConfig":{"bridge":{"DriverOpts":{"x":"y"}}}}}""",
        "invalid endpoint settings: driver option x is not supported")]
    [InlineData("""{"NetworkingConfig":{"EndpointsConfig":{"bridge":{"MacAddress":"xx"}}}}""", "invalid mac address: xx")]
    [InlineData("""{"MacAddress":"01:42:ac:11:00:99"}""",
        "invalid mac address: 01:42:ac:11:00:99: it is one for many, and no interface has such")]
    [InlineData("""{"HostConfig":{"ExtraHosts":["nonsense"]}}""", "bad format for add-host: \"nonsense\"")]
    [InlineData("""{"HostConfig":{"ExtraHosts":["x:y"]}}""", "invalid IP address in add-host: \"y\"")]
    [InlineData("""{"HostConfig":{"Dns":["nonsense"]}}""", "invalid nameserver address \"nonsense\"")]
    [InlineData("""{"HostConfig":{"DnsSearch":["a\nnameserver 6.6.6.6"]}}""", "invalid DnsSearch: it holds a control character")]
    [InlineData("""{"ExposedPorts":{"x/tcp":{}}}""", "invalid port specification: \"x/tcp\"")]
    [InlineData("""{"HostConfig":{"PortBindings":{"80/xxx":[{}]}}}""", "invalid proto: \"xxx\"")]
    [InlineData("""{"HostConfig":{"PortBindings":{"80/tcp":[{"HostPort":"8090-8080"}]}}}""", "invalid port specification: \"8090-8080\"")]
    // The rest of the host.
    [InlineData("""{"HostConfig":{"Runtime":"nonesuch"}}""", "unknown or invalid runtime name: nonesuch")]
    [InlineData("""{"HostConfig":{"Isolation":"hyperv"}}""", "Invalid isolation: \"hyperv\" - linux only supports 'default'")]
    [InlineData("""{"HostConfig":{"StorageOpt":{"size":"10G"}}}""",
        "--storage-opt is supported only for overlay over xfs with 'pquota' mount option")]
    [InlineData("""{"HostConfig":{"StorageOpt":{"x":"1"}}}""", "Unknown option x")]
    [InlineData("""{"HostConfig":{"Annotations":{"":"b"}}}""",
        "invalid Annotations: the empty string is not permitted as an annotation key")]
    [InlineData("""{"HostConfig":{"DeviceRequests":[{"Driver":"nvidia","Capabilities":[["gpu","x"],["y"]]}]}}""",
        "could not select device driver \"nvidia\" with capabilities: [[gpu x] [y]]")]
    [InlineData("""{"HostConfig":{"DeviceRequests":[null]}}""", "could not select device driver \"\" with capabilities: []")]
    [InlineData("""{"HostConfig":{"Devices":[{"PathOnHost":"/etc"}]}}""",
        "error gathering device information while adding custom device \"/etc\": not a device node")]
    [InlineData("""{"HostConfig":{"Devices":[{"PathOnHost":"/etc/passwd"}]}}""",
        "error gathering device information while adding custom device \"/etc/passwd\": not a device node")]
    [InlineData("""{"HostConfig":{"Devices":[null]}}""",
        "error gathering device information while adding custom device \"\": no such file or directory")]
    [InlineData("""{"HostConfig":{"Devices":[{"PathOnHost":"/dev/null","CgroupPermissions":"x"}]}}""", "invalid device mode: x")]
    [InlineData("""{"HostConfig":{"DeviceCgroupRules":["c 1:3  rwm"]}}""", "invalid device cgroup rule format: 'c 1:3  rwm'")]
    [InlineData("""{"HostConfig":{"DeviceCgroupRules":["c 4294967296:1 r"]}}""", "invalid device cgroup rule format: 'c 4294967296:1 r'")]
    [InlineData("""{"HostConfig":{"MaskedPaths":[null]}}""", "invalid MaskedPaths or ReadonlyPaths: \"\" is not absolute")]
    [InlineData("""{"HostConfig":{"Sysctls":{"kernel.x":"1"}}}""", "sysctl \"kernel.x\" is not in a separate kernel namespace")]
    [InlineData("""{"HostConfig":{"Sysctls":{"kernel.semx":"1"}}}""", "sysctl \"kernel.semx\" is not in a separate kernel namespace")]
    [InlineData("""{"HostConfig":{"Sysctls":{"net..":"1"}}}""", "sysctl \"net..\" is not a valid name")]
    [InlineData("""{"HostConfig":{"Sysctls":{"net.ipv4.ip_forward":"1"},"NetworkMode":"host"}}""",
        "sysctl \"net.ipv4.ip_forward\" not allowed in host network namespace")]
    [InlineData("""{"HostConfig":{"CapAdd":["NONESUCH"]}}""", "invalid CapAdd: unknown capability: \"CAP_NONESUCH\"")]
    [InlineData("""{"HostConfig":{"SecurityOpt":["xx=y"]}}""", "invalid --security-opt 2: \"xx=y\"")]
    [InlineData("""{"HostConfig":{"SecurityOpt":["seccomp={\"defaultAction\":\"nonsense\"}"]}}""",
        "Decoding seccomp profile failed: unknown action nonsense")]
    [InlineData("""{"HostConfig":{"SecurityOpt":["seccomp={\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"name\":\"a\","""
        + """\"names\":[\"b\"],\"action\":\"SCMP_ACT_ERRNO\"}]}"]}}""", "'name' and 'names' were specified in the seccomp profile, use "
        + "either 'name' or 'names'")]
    [InlineData("""{"HostConfig":{"LogConfig":{"Type":"json-file","Config":{"mode":"xx"}}}}""", "logger: logging mode not supported: xx")]
    [InlineData("""{"HostConfig":{"LogConfig":{"Type":"json-file","Config":{"max-buffer-size":"1m"}}}}""",
        "logger: max-buffer-size option is only supported with 'mode=non-blocking'")]
    [InlineData("""{"HostConfig":{"LogConfig":{"Type":"json-file","Config":{"max-size":null}}}}""", "invalid value for max-size: ''")]
    [InlineData("""{"HostConfig":{"LogConfig":{"Type":"json-file","Config":{"compress":"true","max-file":"1"}}}}""",
        "compress cannot be true when max-file is less than 2 or max-size is not set")]
    [InlineData("""{"HostConfig":{"LogConfig":{"Type":"local","Config":{"labels":"x"}}}}""",
        "unknown log opt 'labels' for local log driver")]
    [InlineData("""{"HostConfig":{"LogConfig":{"Type":"nonesuch"}}}""", "logger: no log driver named 'nonesuch' is registered")]
    [InlineData("""{"HostConfig":{"RestartPolicy":{"Name":"always","MaximumRetryCount":3}}}""",
        "invalid restart policy: maximum retry count can only be used with 'on-failure'")]
    [InlineData("""{"HostConfig":{"RestartPolicy":{"Name":"on-failure","MaximumRetryCount":-1}}}""",
        "invalid restart policy: maximum retry count cannot be negative")]
    [InlineData("""{"HostConfig":{"RestartPolicy":{"Name":"xx"}}}""",
        "invalid restart policy: unknown policy 'xx'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'")]
    [InlineData("""{"HostConfig":{"AutoRemove":true,"RestartPolicy":{"Name":"always"}}}""",
        "can't create 'AutoRemove' container with restart policy")]
    public void Refused(string body, string message)
    {
        GantryException refused = Assert.Throws<GantryException>(() => Check(body));
        Assert.Equal((ErrorKind.InvalidArgument, message), (refused.Kind, refused.Message));
    }

    [Theory]
    [InlineData("""{"HostConfig":{"Memory":104857600,"MemorySwap":-1,"MemoryReservation":52428800,"MemorySwappiness":60}}""")]
    [InlineData("""{"HostConfig":{"CpuShares":2,"CpuQuota":-1,"CpuPeriod":1000,"CpusetCpus":"0-1","CpusetMems":"0"}}""")]
    [InlineData("""{"HostConfig":{"PidsLimit":-1,"BlkioWeight":500,"Ulimits":[{"Name":"NOFILE","Soft":1024,"Hard":-1}],"""
        + """ "DeviceCgroupRules":["c 1:3 rwm","a *:* m"]}}""")]
    [InlineData("""{"HostConfig":{"Devices":[{"PathOnHost":"/dev/null","PathInContainer":"/dev/x","CgroupPermissions":"rw"}],"""
        + """ "Isolation":"Default","Runtime":"runc","GroupAdd":["audio","29"]}}""")]
    [InlineData("""{"HostConfig":{"Sysctls":{"net/ipv4/ip_forward":"1","kernel.sem":"250 32000 32 """
        + """128","fs.mqueue.msg_max":"100"},"ExtraHosts":["h:host-gateway","six:::1"],"Dns":["::1"]}}""")]
    [InlineData("""{"HostConfig":{"LogConfig":{"Type":"json-file","Config":{"mode":"blocking","max-size":"10m","max-file":"3","""
        + """ "compress":"false","env-regex":"^A"}}}}""")]
    [InlineData("""{"HostConfig":{"LogConfig":{"Type":"none","Config":{"max-size":"10m"}},"PortBindings":{"80":[null],"81/UDP":null},"""
        + """ "RestartPolicy":{"Name":"","MaximumRetryCount":3}}}""")]
    [InlineData("""{"StopSignal":"RTMIN+3","ExposedPorts":{"80":{},"53/udp":{}},"Healthcheck":{"Test":["NONE"],"Interval":1000000},"""
        + """ "MacAddress":"02:42:ac:11:00:99","Labels":{"a":null}}""")]
    [InlineData("""{"NetworkingConfig":{"EndpointsConfig":{"bridge":null,"mine":{"IPAMConfig":{"IPv4Address":"10.1.2.3","""
        + """ "IPv6Address":"fd00::3"}}}}}""")]
    public void Accepted(string body) => Assert.Empty(Check(body).Warnings);

    [Theory]
    [InlineData("""{"HostConfig":{"OomKillDisable":true}}""",
        "OOM killer is disabled for the container, but no memory limit is set, this can result in the system running out of resources.")]
    [InlineData("""{"HostConfig":{"KernelMemory":10485760}}""",
        "Specifying a kernel memory limit is deprecated and will be removed in a future release.")]
    [InlineData("""{"HostConfig":{"CpuPercent":10}}""", "linux does not support CPU percent. Percent discarded.")]
    [InlineData("""{"HostConfig":{"CpuCount":1}}""", "linux does not support CPU count. Count discarded.")]
    [InlineData("""{"HostConfig":{"LogConfig":{"Type":"local","Config":{"mode":"non-blocking","max-buffer-size":"4m"}}}}""",
        "Logs are written as the container writes them by this engine. Log option mode=non-blocking discarded.")]
    public void Warned(string body, string warning) => Assert.Equal([warning], Check(body).Warnings);

    [Fact]
    public void WhatTheKernelLacksIsDiscardedAndSaid()
    {
        (ContainerCreateRequest request, List<string> warnings) = Check("""
            {"HostConfig":{"Memory":104857600,"OomKillDisable":true,"BlkioWeight":5,"BlkioWeightDevice":[{"Path":"/x","Weight":5}],
              "BlkioDeviceReadBps":[{"Path":"/x","Rate":1}]}}
            """, new CgroupSupport { Version = 1 });
        HostConfig host = request.HostConfig!;
        Assert.Equal((0, 0, null, 0, null, null),
            (host.Memory, host.MemorySwap, host.OomKillDisable, host.BlkioWeight, host.BlkioWeightDevice, host.BlkioDeviceReadBps));
        Assert.Equal(
        [
            "Your kernel does not support memory limit capabilities or the cgroup is not mounted. Limitation discarded.",
            "Your kernel does not support OomKillDisable. OomKillDisable discarded.",
            "Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded.",
            "Your kernel does not support Block I/O weight_device or the cgroup is not mounted. Weight-device discarded.",
            "Your kernel does not support BPS Block I/O read limit or the cgroup is not mounted. Block I/O BPS read limit discarded.",
        ], warnings);
    }

    [Fact]
    public void WhatWasLeftOpenShowsWhatHolds()
    {
        HostConfig host = Check("""{"HostConfig":{"Memory":104857600,"PidsLimit":-2}}""").Request.HostConfig!;
        Assert.Equal((209715200, null), (host.MemorySwap, host.PidsLimit));
        Assert.Equal(-1, Check("""{"HostConfig":{"Memory":9223372036854775807}}""").Request.HostConfig!.MemorySwap);
    }
}
