using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Cgroups;

/// <summary><c>--systemd-cgroup</c>: the cgroup is a unit's, made and known by systemd.</summary>
public sealed class SystemdCgroupTests
{
    private const string Limits =
        """{"memory":{"limit":67108864,"reservation":33554432},"cpu":{"shares":512,"quota":25000,"period":50000},"pids":{"limit":42}}""";

    private static Bundle With(string runtime, string script = "sleep 1000", string? path = null)
    {
        Needs.Systemd();
        Bundle bundle = new(runtime, script) { Options = ["--systemd-cgroup"] };
        return bundle.Set("linux.cgroupsPath", $"\"{path ?? $"system.slice:one:{bundle.Id}"}\"");
    }

    private static string Unit(Bundle bundle) => $"one-{bundle.Id}.scope";

    private static string[] Paths(int pid) => [.. File.ReadAllLines($"/proc/{pid}/cgroup").Select(l => l.Split(':')[2])];

    private static string Value(Bundle bundle, string controller, string versionOne, string versionTwo) =>
        File.ReadAllText(Path.Combine(ControlGroups.Directory(controller, $"/system.slice/{Unit(bundle)}"),
            ControlGroups.Unified ? versionTwo : versionOne)).Trim();

    private static string MemoryLimit => ControlGroups.Unified ? "MemoryMax" : "MemoryLimit";

    [Theory, EveryRuntime]
    public async Task TheScopeIsWhereThePathSays(string runtime)
    {
        await using Bundle bundle = With(runtime);
        string slice = $"gantrytest-{bundle.Id.Split('-')[^1]}.slice";
        bundle.Set("linux.cgroupsPath", $"\"{slice}:one:{bundle.Id}\"");
        string[] paths = Paths(await bundle.Start());
        Assert.Contains(paths, path => path.StartsWith($"/gantrytest.slice/{slice}/{Unit(bundle)}", StringComparison.Ordinal));
        Assert.Equal("active", await Units.Property(Unit(bundle), "ActiveState"));
        Assert.Equal(slice, await Units.Property(Unit(bundle), "Slice"));
        Assert.Equal("yes", await Units.Property(Unit(bundle), "Delegate"));
        (await bundle.Runtime("delete", "--force", bundle.Id)).Succeeded();
        await Units.Stop("gantrytest.slice");
    }

    [Theory, EveryRuntime]
    public async Task EveryControllerHasIt(string runtime)
    {
        await using Bundle bundle = With(runtime);
        int pid = await bundle.Start();
        foreach (string controller in (string[])["cpu", "memory", "pids", "devices", "freezer", "cpuset"])
            Assert.Contains(ControlGroups.Find($"/system.slice/{Unit(bundle)}"),
                d => d.StartsWith(ControlGroups.Directory(controller, ""), StringComparison.Ordinal)
                    && File.ReadAllText($"{d}/cgroup.procs").Contains($"{pid}\n"));
    }

    [Theory, EveryRuntime]
    public async Task WithoutAPathItIsNamedAfterTheContainer(string runtime)
    {
        await using Bundle bundle = With(runtime);
        bundle.Config["linux"]!.AsObject().Remove("cgroupsPath");
        Assert.Contains(Paths(await bundle.Start()),
            path => path.StartsWith("/system.slice/", StringComparison.Ordinal) && path.Contains(bundle.Id, StringComparison.Ordinal));
    }

    [Theory, EveryRuntime("/one/two", "one", "a:b")]
    public async Task AnotherFormIsRefusedByItsField(string runtime, string path)
    {
        await using Bundle bundle = With(runtime, path: path);
        string said = await bundle.Refused();
        Assert.Contains("cgroupsPath", said);
        Assert.Contains("slice:prefix:name", said);
    }

    [Theory, EveryRuntime]
    public async Task LimitsAreSystemdsAndTheKernels(string runtime)
    {
        await using Bundle bundle = With(runtime).Set("linux.resources", Limits);
        await bundle.Start();
        Assert.Equal("67108864", await Units.Property(Unit(bundle), MemoryLimit));
        Assert.Equal("500ms", await Units.Property(Unit(bundle), "CPUQuotaPerSecUSec"));
        Assert.Equal("42", await Units.Property(Unit(bundle), "TasksMax"));
        Assert.Equal(ControlGroups.Unified ? "20" : "512",
            await Units.Property(Unit(bundle), ControlGroups.Unified ? "CPUWeight" : "CPUShares"));
        await Units.Reload();
        Assert.Equal("67108864", Value(bundle, "memory", "memory.limit_in_bytes", "memory.max"));
        Assert.Equal("33554432", Value(bundle, "memory", "memory.soft_limit_in_bytes", "memory.low"));
        Assert.Equal("42", Value(bundle, "pids", "pids.max", "pids.max"));
        Assert.Equal(ControlGroups.Unified ? "25000 50000" : "25000", Value(bundle, "cpu", "cpu.cfs_quota_us", "cpu.max"));
    }

    [Theory, EveryRuntime]
    public async Task AnUpdateReachesBoth(string runtime)
    {
        await using Bundle bundle = With(runtime).Set("linux.resources", Limits);
        await bundle.Start();
        (await bundle.Runtime("update", "--memory", "50331648", "--cpu-quota", "10000", bundle.Id)).Succeeded();
        Assert.Equal("50331648", await Units.Property(Unit(bundle), MemoryLimit));
        Assert.Equal("200ms", await Units.Property(Unit(bundle), "CPUQuotaPerSecUSec"));
        await Units.Reload();
        Assert.Equal("50331648", Value(bundle, "memory", "memory.limit_in_bytes", "memory.max"));
        Assert.Equal(ControlGroups.Unified ? "10000 50000" : "10000", Value(bundle, "cpu", "cpu.cfs_quota_us", "cpu.max"));
        Assert.Equal("42", Value(bundle, "pids", "pids.max", "pids.max"));
    }

    [Theory, EveryRuntime]
    public async Task FilesOfVersionTwoStayAfterAReload(string runtime)
    {
        Needs.UnifiedCgroups();
        await using Bundle bundle = With(runtime).Set("linux.resources", """{"unified":{"memory.high":"41943040","cpuset.cpus":"0"}}""");
        await bundle.Start();
        (await bundle.Runtime("update", "--memory", "50331648", bundle.Id)).Succeeded();
        await Units.Reload();
        Assert.Equal("41943040", Value(bundle, "memory", "", "memory.high"));
        Assert.Equal("0", Value(bundle, "cpuset", "", "cpuset.cpus"));
    }

    [Theory, EveryRuntime]
    public async Task DevicesStayClosed(string runtime)
    {
        const string script = "mknod /m c 1 11; cat /m > /dev/null; echo $? > /before; while [ ! -e /go ]; do sleep 1; done; cat /m > "
            + "/dev/null; echo $? > /after; sleep 1000";
        await using Bundle bundle = With(runtime, script);
        foreach (string set in (string[])["bounding", "effective", "permitted"]) bundle.Add($"process.capabilities.{set}", "\"CAP_MKNOD\"");
        await bundle.Start();
        Assert.Equal("1", await bundle.Shows("/before"));
        await Units.Reload();
        (await bundle.Runtime("update", "--memory", "50331648", bundle.Id)).Succeeded();
        File.WriteAllText($"{bundle.Root}/go", "");
        Assert.Equal("1", await bundle.Shows("/after"));
    }

    [Theory, EveryRuntime]
    public async Task ItsNamespaceBeginsThere(string runtime)
    {
        await using Bundle bundle = With(runtime, "cat /proc/self/cgroup > /groups; sleep 1000").Namespace("cgroup");
        await bundle.Start();
        Assert.DoesNotContain("system.slice", await bundle.Shows("/groups"));
    }

    [Theory, EveryRuntime]
    public async Task AnExecIsInTheScope(string runtime)
    {
        await using Bundle bundle = With(runtime);
        await bundle.Start();
        string groups = (await bundle.Exec("cat", "/proc/self/cgroup")).Succeeded();
        foreach (string line in groups.Split('\n')
            .Where(line => line.Contains("memory") || line.Contains("systemd") || line.StartsWith("0:", StringComparison.Ordinal)))
            Assert.Contains(Unit(bundle), line);
    }

    [Theory, EveryRuntime]
    public async Task ItStandsStillAndGoesOn(string runtime)
    {
        await using Bundle bundle = With(runtime);
        int pid = await bundle.Start();
        (await bundle.Runtime("pause", bundle.Id)).Succeeded();
        Assert.Equal("paused", await bundle.Status());
        (await bundle.Runtime("resume", bundle.Id)).Succeeded();
        Assert.Equal("running", await bundle.Status());
        Assert.Contains($"{pid}", (await bundle.Runtime("ps", "--format", "json", bundle.Id)).Succeeded());
        (await bundle.Runtime("kill", bundle.Id, "KILL")).Succeeded();
        await bundle.Reaches("stopped");
        (await bundle.Runtime("delete", bundle.Id)).Succeeded();
    }

    [Theory, EveryRuntime]
    public async Task ItGoesWithTheContainer(string runtime)
    {
        await using Bundle bundle = With(runtime);
        await bundle.Start();
        (await bundle.Runtime("delete", "--force", bundle.Id)).Succeeded();
        Assert.Equal("not-found", await Units.Property(Unit(bundle), "LoadState"));
        Assert.Empty(ControlGroups.Find($"/system.slice/{Unit(bundle)}"));
    }

    [Theory, EveryRuntime]
    public async Task ARunInTheForegroundLeavesNothing(string runtime)
    {
        await using Bundle bundle = With(runtime, "exit 7");
        Assert.Equal(7, (await bundle.Run()).Code);
        Assert.Equal("not-found", await Units.Property(Unit(bundle), "LoadState"));
        Assert.Empty(ControlGroups.Find($"/system.slice/{Unit(bundle)}"));
    }

    [Theory, EveryRuntime]
    public async Task AFailureLeavesNothing(string runtime)
    {
        await using Bundle bundle = With(runtime).Args("/no/such/command");
        await bundle.Refused();
        await Patience.Until(async () => await Units.Property(Unit(bundle), "LoadState") == "not-found", "the unit is gone");
        Assert.Empty(ControlGroups.Find($"/system.slice/{Unit(bundle)}"));
    }

    [Theory, EveryRuntime]
    public async Task AnnotationsAreProperties(string runtime)
    {
        await using Bundle bundle = With(runtime)
            .Set("annotations",
            """{"org.systemd.property.TimeoutStopUSec":"uint64 123000000","org.systemd.property.KillMode":"'mixed'"}""");
        await bundle.Start();
        Assert.Equal("2min 3s", await Units.Property(Unit(bundle), "TimeoutStopUSec"));
        Assert.Equal("mixed", await Units.Property(Unit(bundle), "KillMode"));
    }

    [Theory, EveryRuntime]
    public async Task AnUnknownPropertyIsRefused(string runtime)
    {
        await using Bundle bundle = With(runtime).Set("annotations", """{"org.systemd.property.NoSuch":"true"}""");
        Assert.Contains("NoSuch", await bundle.Refused());
    }

    [Theory, EveryRuntime]
    public async Task AUnitIsNobodyElses(string runtime)
    {
        await using Bundle first = With(runtime), second = With(runtime, path: $"system.slice:one:{first.Id}");
        await first.Start();
        await second.Refused();
        Assert.Equal("running", await first.Status());
        Assert.Equal("active", await Units.Property(Unit(first), "ActiveState"));
    }

    [Theory, EveryRuntime]
    public async Task AnOrdinaryUsersIsHisManagers(string runtime)
    {
        Needs.UnifiedCgroups();
        Assert.SkipUnless(File.Exists("/run/user/4242/systemd/private"), "the user 4242 has no manager, as in make test-vm");
        await using Bundle bundle = new(runtime, "sleep 1000")
        {
            Options = ["--systemd-cgroup"],
            Launcher = ["setpriv", "--reuid", "4242", "--regid", "4242", "--clear-groups", "env", "XDG_RUNTIME_DIR=/run/user/4242",
                "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/4242/bus"],
        };
        bundle.Set("linux.cgroupsPath", $"\":one:{bundle.Id}\"").Set("linux.resources.pids.limit", "42").Namespace("user")
            .Set("linux.uidMappings", """[{"containerID":0,"hostID":4242,"size":1}]""")
            .Set("linux.gidMappings", """[{"containerID":0,"hostID":4242,"size":1}]""");
        bundle.Config["mounts"]!.AsArray().RemoveAt(2);
        (await Command.Run(bundle.Path, ["sh", "-c", $"chown -R 4242:4242 {bundle.Path}"])).Succeeded();
        int pid = await bundle.Start();
        string path = Assert.Single(Paths(pid));
        Assert.StartsWith($"/user.slice/user-4242.slice/guest-manager.service/user.slice/{Unit(bundle)}", path, StringComparison.Ordinal);
        Assert.Equal("42", File.ReadAllText($"{ControlGroups.Directory("pids", path)}/pids.max").Trim());
        (await bundle.Runtime("delete", "--force", bundle.Id)).Succeeded();
        Assert.Empty(ControlGroups.Find(path));
    }

    [Theory, EveryRuntime]
    public async Task ACheckpointIsRestoredIntoTheUnit(string runtime)
    {
        Needs.Program("criu");
        await using Bundle bundle = With(runtime);
        await bundle.Start();
        Command.Result made = await bundle.Runtime("checkpoint", "--image-path", $"{bundle.Path}/images", bundle.Id);
        Assert.SkipUnless(made.Code == 0, $"CRIU cannot here: {made.All}");
        await bundle.Runtime("delete", bundle.Id);
        (await bundle.Runtime("restore", "--detach", "--bundle", bundle.Path, "--image-path", $"{bundle.Path}/images", bundle.Id))
            .Succeeded();
        Assert.Equal("running", await bundle.Status());
        Assert.Equal("active", await Units.Property(Unit(bundle), "ActiveState"));
    }
}
