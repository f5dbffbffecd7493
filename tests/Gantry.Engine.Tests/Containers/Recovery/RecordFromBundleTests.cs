using System.Text.Json;
using Gantry.Api.Containers;
using Gantry.Engine.Containers;
using Gantry.Linux.Mounts;
using Gantry.Engine.Containers.Recovery;
using Gantry.Linux.Files;
using Gantry.Oci.Runtime;
using Gantry.Shim;
using Gantry.Workloads.Bundle;

namespace Gantry.Engine.Tests.Containers.Recovery;

/// <summary>A container whose records and their copy are lost, while it runs: what it may do is what it might before.</summary>
public sealed class RecordFromBundleTests : IDisposable
{
    private const string Id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private readonly string _root = Directory.CreateTempSubdirectory("gantry-bundle-").FullName;
    private readonly ContainerPaths _paths;

    public RecordFromBundleTests()
    {
        _paths = new ContainerPaths(_root, _root, Id);
        Directory.CreateDirectory(_paths.Bundle);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void ItsBundleIsMadeOfItAgainToTheLetter()
    {
        HostConfig host = new()
        {
            NetworkMode = "none", IpcMode = "private", CapDrop = ["ALL"], CapAdd = ["CAP_NET_ADMIN"], ReadonlyRootfs = true,
            SecurityOpt = ["no-new-privileges"], OomScoreAdj = 5,
            Memory = 64 << 20, PidsLimit = 50, CpuPeriod = 100_000, CpuQuota = 50_000, CpusetCpus = "0",
        };
        ContainerConfig config = new() { Hostname = "box", Env = ["A=1"], WorkingDir = "/w", User = "5:6", Tty = true, OpenStdin = true };
        ContainerMount[] mounts =
        [
            new() { Type = "volume", Name = "data", Driver = "local", Source = $"{_root}/volumes/data/_data", Destination = "/d" },
            new() { Type = "bind", Source = "/srv", Destination = "/srv", ReadWrite = false, Propagation = "rslave" },
        ];
        OciSpec before = Build(config, host, "sh", ["-c", "true"], mounts);
        Save(before,
            new ShimConfig { Id = Id, Socket = "", ExitFile = "", PidFile = "", RuntimeRoot = "", Terminal = true, OpenStdin = true });

        ContainerCopy found = Read();
        Assert.Equal(("found", "sha256:1", true), (found.Record.Name, found.Record.Image, found.Record.Status.Running));
        Assert.Equal(["data"], found.Record.Mounts.Where(mount => mount.Name is not null).Select(mount => mount.Name));
        Assert.True(found.Record.Config is { Tty: true, OpenStdin: true });
        Assert.Equal(Text(before),
            Text(Build(found.Record.Config, found.HostConfig, found.Record.Path, found.Record.Args, found.Record.Mounts)));
    }

    [Fact]
    public void WhatItWasGivenBesidesIsKeptToo()
    {
        HostConfig host = new()
        {
            NetworkMode = "none", IpcMode = "private", ShmSize = 5 << 20, GroupAdd = ["7", "staff"], Init = true,
            Annotations = new() { ["a"] = "b" }, ConsoleSize = [24, 80],
            SecurityOpt =
                ["seccomp={\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"name\":\"kill\",\"action\":\"SCMP_ACT_ERRNO\","
                    + "\"errnoRet\":5,\"args\":[{\"index\":1,\"value\":9,\"op\":\"SCMP_CMP_EQ\"}]}]}"],
            Ulimits = [new() { Name = "nofile", Soft = 10, Hard = -1 }],
            Sysctls = new() { ["net.ipv4.ip_forward"] = "1", ["net.ipv4.ping_group_range"] = "1 0" },
            Devices = [new() { PathOnHost = "/dev/null", PathInContainer = "/dev/nothing", CgroupPermissions = "r" },
                new() { PathOnHost = "/dev/full", PathInContainer = "/dev/full" }],
            DeviceCgroupRules = ["c 7:* rw", "a *:3 m"], MemoryReservation = 32 << 20, CpuShares = 50, BlkioWeight = 20, MaskedPaths = [],
            ReadonlyPaths = ["/proc/sys"],
        };
        if (Directory.EnumerateFiles("/dev").FirstOrDefault(path => DeviceNode.TryRead(path, out DeviceNode node)
            && node.Type == "b") is { } disk)
            (host.BlkioDeviceReadBps, host.BlkioWeightDevice) =
                ([new() { Path = disk, Rate = 1000 }], [new() { Path = disk, Weight = 30 }]);
        ContainerMount[] mounts =
        [
            new() { Type = "tmpfs", Destination = "/run", Options = "exec,size=1m" },
            new() { Type = "bind", Source = "/srv", Destination = "/etc/hosts", ReadWrite = false, WritableBelow = true },
        ];
        ItIsMadeAgain(host, mounts);
        ItIsMadeAgain(new HostConfig { NetworkMode = "host", IpcMode = "none", Privileged = true, SecurityOpt = ["seccomp=unconfined"] },
            []);
        ItIsMadeAgain(new HostConfig { NetworkMode = "none", IpcMode = "shareable", SecurityOpt = ["seccomp=unconfined"] }, [],
            new SharedMemory { Path = "", Size = 3 << 20 });
    }

    [Fact]
    public void WhatItDoesNotSayIsNamed()
    {
        OciSpec spec = Build(new ContainerConfig(), new HostConfig { NetworkMode = "container:x", IpcMode = "private" }, "sh", [], []);
        spec = spec with { Process = spec.Process! with { ApparmorProfile = "tight" },
            Linux = spec.Linux! with { Devices = [new() { Type = "c", Path = "/dev/gone", Major = 4000, Minor = 1 }] } };
        Save(spec, new ShimConfig { Id = Id, Socket = "", ExitFile = "", PidFile = "", RuntimeRoot = "", Runtime = "/opt/unknown" });
        ContainerCopy found = Read(out string lost);
        Assert.Equal(["apparmor=tight"], found.HostConfig.SecurityOpt);
        Assert.All((string[])["its name", "network namespace", "/opt/unknown", "/dev/gone"], what => Assert.Contains(what, lost));
    }

    private void ItIsMadeAgain(HostConfig host, ContainerMount[] mounts, SharedMemory? shared = null)
    {
        OciSpec before = Build(new ContainerConfig { Tty = true }, host, "sh", ["-c", "true"], mounts);
        Save(before,
            new ShimConfig { Id = Id, Socket = "", ExitFile = "", PidFile = "", RuntimeRoot = "", Terminal = true, SharedMemory = shared });
        ContainerCopy found = Read();
        if (shared is not null) Assert.Equal(shared.Size, found.HostConfig.ShmSize);
        Assert.Equal(Text(before),
            Text(Build(found.Record.Config, found.HostConfig, found.Record.Path, found.Record.Args, found.Record.Mounts)));
    }

    [Fact]
    public void WhatIsOfAnotherIsRefused()
    {
        Save(Build(new ContainerConfig(), new HostConfig { NetworkMode = "none", IpcMode = "private" }, "sh", [], []),
            new ShimConfig { Id = new string('f', 64), Socket = "", ExitFile = "", PidFile = "", RuntimeRoot = "" });
        Assert.Throws<DamagedFileException>(() => Read());
        File.Delete(_paths.Spec);
        Assert.Throws<DamagedFileException>(() => Read());
    }

    private ContainerCopy Read() => Read(out _);

    private ContainerCopy Read(out string lost) => RecordFromBundle.Read(_paths, Id, "found", "sha256:1", "overlay2",
        new BundleSurroundings { DefaultSeccomp = _ => Policy, Volumes = $"{_root}/volumes" }, out lost);

    private static readonly OciSeccomp Policy = new() { DefaultAction = "SCMP_ACT_ERRNO" };

    private void Save(OciSpec spec, ShimConfig shim)
    {
        JsonFile.Save(_paths.Spec, spec, RuntimeJson.Default.OciSpec);
        JsonFile.Save(_paths.ShimConfig, shim, ShimJson.Default.ShimConfig);
    }

    private OciSpec Build(ContainerConfig config, HostConfig host, string path, IReadOnlyList<string> args,
        IReadOnlyList<ContainerMount> mounts)
    {
        Container container = new(new ContainerRecord
        {
            Id = Id, Name = "web", Created = DateTimeOffset.UnixEpoch, Path = path, Args = args, Config = config, Image = "sha256:0",
            Driver = "overlay2", Mounts = mounts,
        }, host, _paths);
        return BundleSpec.Build(ContainerWorkload.Of(container, new ContainerSurroundings
        {
            Root = new RootMount { Type = RootMount.Bind, Source = "/root" },
            CgroupParent = "/gantry", DefaultSeccomp = _ => Policy, InitBinary = "/sbin/tini", RunningPid = _ => 77,
            SharedShm = _ => "/shm",
        }));
    }

    private static string Text(OciSpec spec) => JsonSerializer.Serialize(spec, RuntimeJson.Default.OciSpec);
}
