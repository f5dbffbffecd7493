using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Mounts;

public sealed class MountTests
{
    [Theory, EveryRuntime]
    public async Task TheyAreMadeInTheirOrder(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "echo $(grep ' /m' /proc/self/mountinfo | cut -d' ' -f5); ls /m").Mount("/m",
            "tmpfs", "one").Mount("/m/below", "tmpfs", "two").Mount("/m/below/deep/er", "tmpfs", "three");
        Assert.Equal("/m /m/below /m/below/deep/er\nbelow", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task AFileIsBoundOntoAFileThatIsMadeForIt(string runtime)
    {
        await using Bundle bundle = new(runtime, "cat /new/place/file; echo changed > /new/place/file");
        File.WriteAllText($"{bundle.Path}/source", "original\n");
        bundle.Mount("/new/place/file", "bind", $"{bundle.Path}/source", "bind");
        Assert.Equal("original", await bundle.Output());
        Assert.Equal("changed\n", File.ReadAllText($"{bundle.Path}/source"));
    }

    [Theory, EveryRuntime]
    public async Task ASourceThatIsNotThereIsNamed(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "true").Mount("/m", "bind", "/no/such/source", "bind");
        Assert.Contains("/no/such/source", await bundle.Refused());
    }

    [Theory, EveryRuntime]
    public async Task AnUnknownFileSystemIsRefused(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "true").Mount("/m", "no-such-filesystem", "x");
        Assert.Contains("/m", await bundle.Refused());
    }

    [Theory, EveryRuntime]
    public async Task ARelativeSourceIsTheBundles(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "cat /m/file").Mount("/m", "bind", "source", "bind");
        Directory.CreateDirectory($"{bundle.Path}/source");
        File.WriteAllText($"{bundle.Path}/source/file", "found\n");
        Assert.Equal("found", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task LinksInTheWayStayInsideTheRoot(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "grep -c ' /outside/m ' /proc/self/mountinfo").Mount("/link/m", "tmpfs", "tmpfs");
        File.CreateSymbolicLink($"{bundle.Root}/link", "../../../../../../../outside");
        Assert.Equal("1", await bundle.Output());
        Assert.False(Directory.Exists("/outside"));
    }

    [Theory, EveryRuntime]
    public async Task NothingOfTheHostRemains(string runtime)
    {
        await using Bundle bundle = new(runtime, "cut -d' ' -f5 /proc/self/mountinfo | sort | tr '\\n' ' '");
        Assert.Equal("/ /dev /dev/pts /proc ", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task TheHostSeesNoneOfThem(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime).Mount("/m", "tmpfs", "tmpfs");
        await bundle.Start();
        Assert.DoesNotContain(bundle.Path, File.ReadAllText("/proc/self/mountinfo"));
    }

    [Theory, EveryRuntime]
    public async Task ATmpfsIsAsBigAsAsked(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime,
            "dd if=/dev/zero of=/m/file bs=64k count=100 2>/dev/null; stat -c %s /m/file; stat -c %a /m").Mount("/m", "tmpfs", "tmpfs",
            "size=1m", "mode=1777");
        Assert.Equal("1048576\n1777", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task ATmpfsStartsWithTheImagesContent(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime,
            "cat /data/file; readlink /data/link; stat -c %a /data/dir; echo more > /data/file").Mount("/data", "tmpfs", "tmpfs",
            "tmpcopyup");
        Directory.CreateDirectory($"{bundle.Root}/data/dir", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText($"{bundle.Root}/data/file", "kept\n");
        File.CreateSymbolicLink($"{bundle.Root}/data/link", "/elsewhere");
        Assert.Equal("kept\n/elsewhere\n700", await bundle.Output());
        Assert.Equal("kept\n", File.ReadAllText($"{bundle.Root}/data/file"));
    }

    [Theory, EveryRuntime]
    public async Task KernelFileSystemsAreTheContainersOwn(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "ls /sys/class/net; ls /dev/mqueue | wc -l").Namespace("network")
            .Mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro")
            .Mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev");
        string output = await bundle.Output();
        Assert.DoesNotContain("eth", output);
        Assert.EndsWith("\n0", output);
    }

    [Theory, EveryRuntime]
    public async Task ProcOverALinkIsRefused(string runtime)
    {
        // CVE-2019-16884, CVE-2023-28642: the container's own files would pass for the kernel's.
        await using Bundle bundle = new(runtime, "true");
        Directory.Delete($"{bundle.Root}/proc");
        Directory.CreateDirectory($"{bundle.Root}/fake");
        File.CreateSymbolicLink($"{bundle.Root}/proc", "/fake");
        await bundle.Refused();
    }

    [Theory, EveryRuntime]
    public async Task CgroupsAreTheContainersOwn(string runtime)
    {
        string file = ControlGroups.Unified ? "/sys/fs/cgroup/cgroup.procs" : "/sys/fs/cgroup/memory/cgroup.procs";
        await using Bundle bundle = new Bundle(runtime, $"cat {file}; (echo 1 > {file}) 2>/dev/null || echo refused").Namespace("cgroup")
            .Mount("/sys", "sysfs", "sysfs", "ro")
            .Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", "ro");
        string[] lines = (await bundle.Output()).Split('\n');
        Assert.Equal(("1", "refused"), (lines[0], lines[^1]));
    }

    [Theory, EveryRuntime]
    public async Task AReadOnlyTmpfsHoldsWhatIsMountedInIt(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "(touch /m/x) 2>/dev/null || echo refused; touch /m/below/x && ls /m").Mount("/m",
            "tmpfs", "one", "ro").Mount("/m/below", "tmpfs", "two");
        Assert.Equal("refused\nbelow", await bundle.Output());
    }
}
