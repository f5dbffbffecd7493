using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Mounts;

public sealed class RootTests
{
    private const string Propagation =
        "while read id parent dev root where options rest; do [ $where != / ] || echo ${rest%%- *}; done < /proc/self/mountinfo";

    [Theory, EveryRuntime]
    public async Task AReadOnlyOneCannotBeWritten(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "touch /file; touch /dev/file").Set("root.readonly", "true");
        Command.Result result = await bundle.Run();
        Assert.Contains("Read-only file system", result.Error);
        Assert.DoesNotContain("/dev/file", result.Error);
        Assert.False(File.Exists($"{bundle.Root}/file"));
    }

    [Theory, EveryRuntime]
    public async Task OneThatIsNotKeepsWhatIsWritten(string runtime)
    {
        await using Bundle bundle = new(runtime, "echo kept > /file");
        await bundle.Output();
        Assert.Equal("kept\n", File.ReadAllText($"{bundle.Root}/file"));
    }

    [Theory, EveryRuntime]
    public async Task AnAbsolutePathIsTakenAsItIs(string runtime)
    {
        await using Bundle bundle = new(runtime, "cat /etc/passwd | head -n 1");
        bundle.Set("root.path", $"\"{bundle.Root}\"");
        Assert.StartsWith("root:", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task OneThatIsNotThereIsNamed(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "true").Set("root.path", "\"no-such-root\"");
        Assert.Contains("no-such-root", await bundle.Refused());
    }

    [Theory, EveryRuntime("private", "slave", "shared", "unbindable")]
    public async Task PropagationIsAsAsked(string runtime, string propagation)
    {
        await using Bundle bundle = new Bundle(runtime,
            Propagation) { Prelude = "mount --bind rootfs rootfs && mount --make-shared rootfs" }.Set("linux.rootfsPropagation",
            $"\"{propagation}\"");
        string expected =
            propagation switch { "private" => "^$", "slave" => "^master:[0-9]+$", "shared" => "shared:[0-9]+", _ => "^unbindable$" };
        Assert.Matches(expected, await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task WithoutAWordNothingGoesBackToTheHost(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "mkdir /tmp/m; mount -t tmpfs x /tmp/m") { Prelude = "mount --make-rshared /" }
            .Set("process.capabilities", """{"bounding":["CAP_SYS_ADMIN"],"effective":["CAP_SYS_ADMIN"],"permitted":["CAP_SYS_ADMIN"]}""");
        await bundle.Output();
        Assert.DoesNotContain("/tmp/m ", File.ReadAllText("/proc/self/mountinfo"));
    }

    [Theory, EveryRuntime]
    public async Task TheOldRootIsOutOfReach(string runtime)
    {
        await using Bundle bundle = new(runtime, "ls /..; cd /proc/1/root && ls");
        string output = await bundle.Output();
        Assert.DoesNotContain("home", output);
        Assert.DoesNotContain("usr", output);
    }

    [Theory, EveryRuntime]
    public async Task WithoutPivotItIsTheSameInside(string runtime)
    {
        await using Bundle bundle =
            new(runtime, "cut -d' ' -f5 /proc/self/mountinfo | sort | tr '\\n' ' '; ls /home 2>/dev/null || echo no home");
        string output = (await bundle.Run("--no-pivot")).Succeeded();
        Assert.Contains("/dev /dev/pts /proc", output);
        Assert.EndsWith("no home", output);
    }

    [Theory, EveryRuntime("proc", "sysfs")]
    public async Task WithoutPivotTheHostsViewsOfTheKernelAreGone(string runtime, string type)
    {
        // A user namespace may mount one only where it finds one in which nothing is masked.
        await using Bundle bundle = new Bundle(runtime,
            $"unshare -mrpf unshare -n sh -c 'mount -t {type} x /tmp && echo mounted' 2>&1; echo done").Namespace("network")
            .Set("process.user", """{"uid":1000,"gid":1000}""").Set("linux.maskedPaths", """["/proc/version","/sys/kernel"]""")
            .Mount("/sys", "sysfs", "sysfs", "ro");
        // Where mounts are shared with the host, those of the host stay: the runtime itself needs them to clean up.
        bundle.Prelude = "mount --make-rshared /; mount --bind rootfs rootfs";
        bundle.Set("linux.rootfsPropagation", "\"shared\"");
        string output = (await bundle.Run("--no-pivot")).Succeeded();
        Assert.EndsWith("done", output);
        Assert.DoesNotContain("mounted", output);
        Assert.True(File.Exists("/proc/version") && Directory.Exists("/sys/kernel"));
    }
}
