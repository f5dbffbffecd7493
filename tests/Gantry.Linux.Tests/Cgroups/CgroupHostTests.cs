using Gantry.Linux.Cgroups;
using Gantry.Linux.Mounts;

namespace Gantry.Linux.Tests.Cgroups;

public sealed class CgroupHostTests
{
    [Fact]
    public void HierarchiesAreReadWithTheirControllers()
    {
        const string MountInfo = """
            25 22 0:22 / /sys rw,nosuid - sysfs sysfs rw
            30 25 0:26 / /sys/fs/cgroup ro shared:9 - tmpfs tmpfs ro,mode=755
            31 30 0:27 / /sys/fs/cgroup/unified rw shared:10 - cgroup2 cgroup2 rw
            32 30 0:28 / /sys/fs/cgroup/systemd rw shared:11 - cgroup cgroup rw,xattr,name=systemd
            33 30 0:31 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:15 - cgroup cgroup rw,cpu,cpuacct
            34 30 0:32 / /sys/fs/cgroup/memory rw shared:16 master:3 - cgroup cgroup rw,memory
            35 30 0:32 / /elsewhere rw shared:16 - cgroup cgroup rw,memory
            """;
        List<CgroupHierarchy> found = CgroupHost.InMounts(MountTable.Parse(MountInfo));
        Assert.Equal(["systemd", "cpu,cpuacct", "memory"], found.Select(static h => h.MountName));
        Assert.Equal(["cpu", "cpuacct"], found[1].Controllers);
        Assert.Equal("/sys/fs/cgroup/memory", found[2].MountPoint);
    }
}
