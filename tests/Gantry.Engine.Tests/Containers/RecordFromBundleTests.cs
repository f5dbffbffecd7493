using System.Text.Json;
using Gantry.Api;
using Gantry.Engine.Containers;
using Gantry.Engine.Containers.Bundle;
using Gantry.Oci.Runtime;
using Gantry.Shim;

namespace Gantry.Engine.Tests.Containers;

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
            NetworkMode = "none", IpcMode = "private", CapDrop = ["ALL"], CapAdd = ["CAP_NET_ADMIN"], ReadonlyRootfs = true, SecurityOpt = ["no-new-privileges"], OomScoreAdj = 5,
            Memory = 64 << 20, PidsLimit = 50, CpuPeriod = 100_000, CpuQuota = 50_000, CpusetCpus = "0",
        };
        ContainerConfig config = new() { Hostname = "box", Env = ["A=1"], WorkingDir = "/w", User = "5:6", Tty = true, OpenStdin = true };
        ContainerMount[] mounts =
        [
            new() { Type = "volume", Name = "data", Driver = "local", Source = $"{_root}/volumes/data/_data", Destination = "/d" },
            new() { Type = "bind", Source = "/srv", Destination = "/srv", ReadWrite = false, Propagation = "rslave" },
        ];
        OciSpec before = Build(config, host, "sh", ["-c", "true"], mounts);
        Save(before, new ShimConfig { Id = Id, Socket = "", ExitFile = "", PidFile = "", RuntimeRoot = "", Terminal = true, OpenStdin = true });

        ContainerCopy found = Read();
        Assert.Equal(("found", "sha256:1", true), (found.Record.Name, found.Record.Image, found.Record.Status.Running));
        Assert.Equal(["data"], found.Record.Mounts.Where(mount => mount.Name is not null).Select(mount => mount.Name));
        Assert.True(found.Record.Config is { Tty: true, OpenStdin: true });
        Assert.Equal(Text(before), Text(Build(found.Record.Config, found.HostConfig, found.Record.Path, found.Record.Args, found.Record.Mounts)));
    }

    [Fact]
    public void WhatIsOfAnotherIsRefused()
    {
        Save(Build(new ContainerConfig(), new HostConfig { NetworkMode = "none", IpcMode = "private" }, "sh", [], []),
            new ShimConfig { Id = new string('f', 64), Socket = "", ExitFile = "", PidFile = "", RuntimeRoot = "" });
        Assert.Throws<DamagedFileException>(Read);
        File.Delete(_paths.Spec);
        Assert.Throws<DamagedFileException>(Read);
    }

    private ContainerCopy Read() => RecordFromBundle.Read(_paths, Id, "found", "sha256:1", "overlay2", $"{_root}/volumes");

    private void Save(OciSpec spec, ShimConfig shim)
    {
        JsonFile.Save(_paths.Spec, spec, RuntimeJson.Default.OciSpec);
        JsonFile.Save(_paths.ShimConfig, shim, ShimJson.Default.ShimConfig);
    }

    private OciSpec Build(ContainerConfig config, HostConfig host, string path, IReadOnlyList<string> args, IReadOnlyList<ContainerMount> mounts)
    {
        Container container = new(new ContainerRecord
        {
            Id = Id, Name = "web", Created = DateTimeOffset.UnixEpoch, Path = path, Args = args, Config = config, Image = "sha256:0", Driver = "overlay2", Mounts = mounts,
        }, host, _paths);
        return BundleSpec.Build(container, new BundleSpec.Surroundings
        {
            CgroupParent = "/gantry", DefaultSeccomp = _ => new OciSeccomp { DefaultAction = "SCMP_ACT_ERRNO" }, RunningPid = _ => 77, SharedShm = _ => "/shm",
        });
    }

    private static string Text(OciSpec spec) => JsonSerializer.Serialize(spec, RuntimeJson.Default.OciSpec);
}
