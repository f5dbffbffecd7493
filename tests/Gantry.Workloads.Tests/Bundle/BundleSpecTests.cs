using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Oci.Runtime;
using Gantry.Workloads.Bundle;
using Xunit;

namespace Gantry.Workloads.Tests.Bundle;

public sealed class BundleSpecTests
{
    private static readonly DeviceNode Disk = new("/dev/sda", "b", 8, 0, 0b110_110_000, 0, 6);

    private static Workload Plain => new()
    {
        Root = new RootMount { Type = RootMount.Bind, Source = "/somewhere" },
        Process = new WorkloadProcess { Arguments = ["true"] },
        CgroupPath = "/builds/one",
    };

    [Fact]
    public void WithoutAWordItIsConfined()
    {
        OciSpec spec = BundleSpec.Build(Plain);
        Assert.Equal(["mount", "network", "uts", "pid", "ipc", "cgroup"], spec.Linux!.Namespaces!.Select(item => item.Type));
        Assert.Equal(14, spec.Process!.Capabilities!.Bounding!.Count);
        Assert.Contains("/proc/kcore", spec.Linux.MaskedPaths!);
        Assert.Contains("/proc/sys", spec.Linux.ReadonlyPaths!);
        Assert.False(spec.Linux.Resources!.Devices![0].Allow);
        Assert.Contains(spec.Mounts!, mount => mount.Destination == "/sys" && mount.Options!.Contains("ro"));
        Assert.Equal("0", spec.Linux.Sysctl!["net.ipv4.ip_unprivileged_port_start"]);
    }

    [Fact]
    public void ANamespaceIsMadeJoinedOrLeftOut()
    {
        OciSpec spec = BundleSpec.Build(Plain with
        {
            Namespaces = new WorkloadNamespaces
            {
                Network = NamespacePlace.Of(78), Pid = NamespacePlace.Of(77), Uts = NamespacePlace.Host,
            },
        });
        Assert.Equal([("mount", null), ("network", "/proc/78/ns/net"), ("pid", "/proc/77/ns/pid"), ("ipc", null), ("cgroup", null)],
            spec.Linux!.Namespaces!.Select(item => (item.Type, item.Path)));
        Assert.Null(spec.Linux.Sysctl);
    }

    [Fact]
    public void ADeviceHasANodeAndARule()
    {
        OciSpec spec = BundleSpec.Build(Plain with { Devices = [new WorkloadDevice(Disk, "/dev/data", "r")] });
        OciDevice node = Assert.Single(spec.Linux!.Devices!);
        Assert.Equal(("b", "/dev/data", 8L, 0L), (node.Type, node.Path, node.Major, node.Minor));
        OciDeviceRule rule = Assert.Single(spec.Linux.Resources!.Devices!, rule => !BundleDevices.IsStandard(rule));
        Assert.Equal((true, "b", 8L, 0L, "r"), (rule.Allow, rule.Type, rule.Major, rule.Minor, rule.Access));
    }

    [Fact]
    public void WhatIsPrivilegedHasEveryDeviceAndWritesTheKernelsFiles()
    {
        OciSpec spec = BundleSpec.Build(Plain with { Privileged = true, MaskedPaths = [], ReadonlyPaths = [] });
        Assert.True(BundleDevices.AreAllAllowed(spec.Linux!.Resources!.Devices));
        Assert.Contains(spec.Mounts!, mount => mount.Destination == "/sys/fs/cgroup" && mount.Options!.Contains("rw"));
        Assert.Null(spec.Linux.Sysctl);
    }

    [Theory]
    [InlineData(false, false, "rbind rw rprivate")]
    [InlineData(true, false, "rbind ro rprivate")]
    [InlineData(true, true, "rbind ro rro rprivate")]
    public void ABindMountIsAsReadOnlyAsItSays(bool readOnly, bool below, string options)
    {
        OciSpec spec = BundleSpec.Build(Plain with
        {
            Mounts = [new BindMount("/srv", "/srv") { ReadOnly = readOnly, ReadOnlyBelow = below }],
        });
        Assert.Equal(options, string.Join(' ', spec.Mounts!.Single(mount => mount.Destination == "/srv").Options!));
    }

    [Theory]
    [InlineData("rshared", "shared")]
    [InlineData("slave", "rslave")]
    [InlineData("rprivate", null)]
    public void TheRootPropagatesAsItsMountsNeed(string propagation, string? root) =>
        Assert.Equal(root, BundleSpec.Build(Plain with { Mounts = [new BindMount("/srv", "/srv") { Propagation = propagation }] })
            .Linux!.RootfsPropagation);

    [Fact]
    public void SharedMemoryOfItsOwnHasASize()
    {
        Assert.DoesNotContain(BundleSpec.Build(Plain).Mounts!, mount => mount.Destination == "/dev/shm");
        Assert.Contains("size=4096",
            BundleSpec.Build(Plain with { SharedMemory = 4096 }).Mounts!.Single(mount => mount.Destination == "/dev/shm").Options!);
    }

    [Fact]
    public void GroupsAreNumbersOrNames()
    {
        OciUser user = BundleProcess.Build(new WorkloadProcess { User = "5", Groups = ["7", "staff"] }).User;
        Assert.Equal("5", user.Username);
        Assert.Equal([7u], user.AdditionalGids!);
        Assert.Equal(["staff"], user.AdditionalGroups!);
    }
}
