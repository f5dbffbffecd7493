using Gantry.Api.Containers;
using Gantry.Engine.Containers;
using Gantry.Linux.Mounts;
using Gantry.Oci.Runtime;
using Gantry.Workloads.Bundle;
using Xunit;

namespace Gantry.Engine.Tests.Containers;

public sealed class ContainerWorkloadTests
{
    private static OciSpec Build(ContainerConfig? config = null, HostConfig? host = null, params ContainerMount[] mounts)
    {
        const string id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        config ??= new ContainerConfig { Hostname = "box" };
        host ??= new HostConfig { NetworkMode = "bridge", IpcMode = "private" };
        Container container = new(new ContainerRecord
        {
            Id = id,
            Name = "web",
            Created = DateTimeOffset.UnixEpoch,
            Path = "sh",
            Args = ["-c", "true"],
            Config = config,
            Image = "sha256:0",
            Driver = "overlay2",
            Mounts = mounts,
        }, host, new ContainerPaths("/data", "/run/g", id));
        return BundleSpec.Build(ContainerWorkload.Of(container, new ContainerSurroundings
        {
            CgroupParent = "/gantry",
            Root = new RootMount { Type = RootMount.Bind, Source = "/root" },
            DefaultSeccomp = _ => new OciSeccomp { DefaultAction = "SCMP_ACT_ERRNO" },
            RunningPid = _ => 77,
            SharedShm = _ => "/shm",
        }));
    }

    [Fact]
    public void APlainContainerHasNamespacesOfItsOwnAndTheDefaultPolicy()
    {
        OciSpec spec = Build();
        Assert.Equal(["mount", "network", "uts", "pid", "ipc", "cgroup"], spec.Linux!.Namespaces!.Select(item => item.Type));
        Assert.All(spec.Linux.Namespaces!, item => Assert.Null(item.Path));
        Assert.NotNull(spec.Linux.Seccomp);
        Assert.Contains("/proc/kcore", spec.Linux.MaskedPaths!);
        Assert.Empty(spec.Process!.Capabilities!.Inheritable!);
        Assert.False(spec.Process.NoNewPrivileges);
    }

    [Fact]
    public void ModesJoinOrLeaveOutANamespace()
    {
        OciSpec spec = Build(host: new HostConfig { NetworkMode = "host", PidMode = "container:db", IpcMode = "host", UTSMode = "host" });
        Assert.Equal([("mount", null), ("pid", "/proc/77/ns/pid"), ("cgroup", null)],
            spec.Linux!.Namespaces!.Select(item => (item.Type, item.Path)));
        Assert.Null(spec.Hostname);
    }

    [Fact]
    public void PrivilegedHasNoPolicyNoMasksAndAllDevices()
    {
        OciSpec spec = Build(host: new HostConfig { NetworkMode = "bridge", IpcMode = "private", Privileged = true });
        Assert.Null(spec.Linux!.Seccomp);
        Assert.Empty(spec.Linux.MaskedPaths!);
        Assert.True(spec.Linux.Resources!.Devices!.Single().Allow);
    }

    [Fact]
    public void AMountOnAParentComesBeforeThoseBelowIt()
    {
        OciSpec spec = Build(mounts: [Bind("/a/b/c"), Bind("/a"), Bind("/a/b")]);
        Assert.Equal(["/a", "/a/b", "/a/b/c"],
            spec.Mounts!.Select(mount => mount.Destination).Where(path => path.StartsWith("/a", StringComparison.Ordinal)));
    }

    [Fact]
    public void AMountOfTheUsersOwnReplacesTheFileThatWeWouldMount()
    {
        OciSpec spec = Build(mounts: [Bind("/etc/hosts"), Bind("/dev/shm")]);
        Assert.Equal("/host/etc/hosts", spec.Mounts!.Single(mount => mount.Destination == "/etc/hosts").Source);
        Assert.Equal("/host/dev/shm", spec.Mounts!.Single(mount => mount.Destination == "/dev/shm").Source);
    }

    [Fact]
    public void TheUsersEnvironmentWinsInItsPlace()
    {
        OciSpec spec = Build(new ContainerConfig { Hostname = "box", Tty = true, Env = ["PATH=/mine", "X=1"] });
        Assert.Equal(["PATH=/mine", "HOSTNAME=box", "TERM=xterm", "X=1"], spec.Process!.Env!);
    }

    [Theory]
    [InlineData(1_500_000_000L, 150_000L, 100_000UL)]
    [InlineData(500_000_000L, 50_000L, 100_000UL)]
    public void CpusBecomeQuotaAndPeriod(long nanoCpus, long quota, ulong period)
    {
        OciCpu cpu = Build(host: new HostConfig { NetworkMode = "none", IpcMode = "private", NanoCpus = nanoCpus }).Linux!.Resources!.Cpu!;
        Assert.Equal((quota, period), (cpu.Quota, cpu.Period));
    }

    [Theory]
    [InlineData(-1, -1L)]
    [InlineData(-5, -1L)]
    [InlineData(150L << 20, 150L << 20)]
    public void SwapIsAsTheRecordSays(long asked, long set) =>
        Assert.Equal(set,
            Build(host: new HostConfig { NetworkMode = "none", IpcMode = "private", Memory = 100 << 20,
                MemorySwap = asked }).Linux!.Resources!.Memory!.Swap);

    [Fact]
    public void ATmpfsOptionUndoesTheDefaultItContradicts()
    {
        OciSpec spec = Build(mounts: [new ContainerMount { Type = "tmpfs", Destination = "/t", Options = "exec,size=1m" }]);
        Assert.Equal(["nosuid", "nodev", "exec", "size=1m"], spec.Mounts!.Single(mount => mount.Destination == "/t").Options!);
    }

    private static ContainerMount Bind(string destination) =>
        new() { Type = "bind", Source = "/host" + destination, Destination = destination };
}
