using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Commands;

public sealed class ExecTests
{
    private static async Task<Bundle> Running(string runtime, Action<Bundle>? change = null)
    {
        Bundle bundle = new(runtime);
        change?.Invoke(bundle);
        await bundle.Start();
        return bundle;
    }

    [Theory, EveryRuntime]
    public async Task ItIsInsideAndHasItsExitCode(string runtime)
    {
        await using Bundle bundle = await Running(runtime);
        Command.Result result = await bundle.Exec("sh", "-c", "hostname; tr '\\0' ' ' < /proc/1/cmdline; exit 9");
        Assert.Equal(9, result.Code);
        Assert.StartsWith("box\n", result.Output);
        Assert.Contains("sleep 100", result.Output);
    }

    [Theory, EveryRuntime]
    public async Task ItHasTheContainersEnvironment(string runtime)
    {
        await using Bundle bundle = await Running(runtime, b => b.Set("process.env", """["PATH=/bin","A=container"]"""));
        Assert.Equal("container", (await bundle.Exec("sh", "-c", "echo $A")).Succeeded());
        Assert.Equal("given", (await bundle.Runtime("exec", "--env", "A=given", bundle.Id, "sh", "-c", "echo $A")).Succeeded());
        Assert.Equal("container more", (await bundle.Runtime("exec", "-e", "B=more", bundle.Id, "sh", "-c", "echo $A $B")).Succeeded());
    }

    [Theory, EveryRuntime]
    public async Task ItsUserAndDirectoryAreAsAsked(string runtime)
    {
        await using Bundle bundle = await Running(runtime);
        Assert.Equal("1000 50 /tmp",
            (await bundle.Runtime("exec", "--user", "1000:50", "--cwd", "/tmp", bundle.Id, "sh", "-c", "echo $(id -u) $(id -g) $(pwd)"))
                .Succeeded());
        Assert.Equal("1000", (await bundle.Runtime("exec", "-u", "1000", bundle.Id, "id", "-u")).Succeeded());
    }

    [Theory, EveryRuntime]
    public async Task FurtherGroupsAreAdded(string runtime)
    {
        await using Bundle bundle = await Running(runtime);
        Assert.Contains("60", (await bundle.Runtime("exec", "--additional-gids", "60", bundle.Id, "grep", "Groups:", "/proc/self/status"))
            .Succeeded());
    }

    [Theory, EveryRuntime]
    public async Task NoNewPrivilegesMayBeAsked(string runtime)
    {
        await using Bundle bundle = await Running(runtime);
        Assert.EndsWith("1", (await bundle.Runtime("exec", "--no-new-privs", bundle.Id, "grep", "NoNewPrivs", "/proc/self/status"))
            .Succeeded());
    }

    [Theory, EveryRuntime]
    public async Task AProcessMayComeFromAFile(string runtime)
    {
        await using Bundle bundle = await Running(runtime);
        File.WriteAllText($"{bundle.Path}/process.json", """
            {"terminal":false,"user":{"uid":1000,"gid":1000,"additionalGids":[60]},"args":["sh","-c","echo $A $(id -u) $(pwd); exit 5"],
              "env":["PATH=/bin","A=file"],"cwd":"/tmp"}
            """);
        Command.Result result = await bundle.Runtime("exec", "--process", $"{bundle.Path}/process.json", bundle.Id);
        Assert.Equal((5, "file 1000 /tmp\n"), (result.Code, result.Output));
    }

    [Theory, EveryRuntime]
    public async Task InTheBackgroundItGoesOn(string runtime)
    {
        await using Bundle bundle = await Running(runtime);
        (await bundle.Runtime("exec", "--detach", "--pid-file", $"{bundle.Path}/pid", bundle.Id, "sh", "-c", "echo ran > /ran; sleep 100"))
            .Succeeded();
        Assert.Equal("ran", await bundle.Shows("/ran"));
        Assert.Contains("sleep", File.ReadAllText($"/proc/{File.ReadAllText($"{bundle.Path}/pid")}/cmdline"));
    }

    [Theory, EveryRuntime]
    public async Task InputIsRead(string runtime)
    {
        await using Bundle bundle = await Running(runtime);
        Assert.Equal("HELLO", (await bundle.RuntimeWithInput("hello", "exec", bundle.Id, "tr", "a-z", "A-Z")).Succeeded());
    }

    [Theory, EveryRuntime]
    public async Task FurtherDescriptorsArePassedOn(string runtime)
    {
        await using Bundle bundle = await Running(runtime);
        File.WriteAllText($"{bundle.Path}/three", "three\n");
        bundle.Prelude = $"exec 3<{bundle.Path}/three";
        Assert.Equal("three", (await bundle.Runtime("exec", "--preserve-fds", "1", bundle.Id, "sh", "-c", "cat <&3")).Succeeded());
    }

    [Theory, EveryRuntime]
    public async Task NoDescriptorIsLeftOpen(string runtime)
    {
        await using Bundle bundle = await Running(runtime);
        Assert.Equal("0\n1\n2\n3", (await bundle.Exec("ls", "/proc/self/fd")).Succeeded());
    }

    [Theory, EveryRuntime]
    public async Task ASubgroupMayBeAsked(string runtime)
    {
        await using Bundle bundle = await Running(runtime);
        string group = $"{bundle.CgroupParent}/one/below";
        foreach (string hierarchy in ControlGroups.Hierarchies)
        {
            if (!Directory.Exists($"{hierarchy}{bundle.CgroupParent}/one")) continue;
            string made = Directory.CreateDirectory(hierarchy + group).FullName;
            // With version 1 a new set of processors is empty, and nothing can enter it.
            foreach (string file in (string[])["cpuset.cpus", "cpuset.mems"])
                if (!ControlGroups.Unified && File.Exists($"{made}/{file}"))
                    File.WriteAllText($"{made}/{file}", File.ReadAllText($"{made}/../{file}"));
        }
        Assert.Contains(group, (await bundle.Runtime("exec", "--cgroup", "below", bundle.Id, "cat", "/proc/self/cgroup")).Succeeded());
    }

    [Theory, EveryRuntime]
    public async Task ACommandThatIsNotThereIsNamed(string runtime)
    {
        await using Bundle bundle = await Running(runtime);
        Assert.Contains("no-such-command", (await bundle.Exec("no-such-command")).Failed());
    }

    [Theory, EveryRuntime]
    public async Task AStoppedOneTakesNone(string runtime)
    {
        await using Bundle bundle = new(runtime, "true");
        (await bundle.Run("--detach")).Succeeded();
        await bundle.Reaches("stopped");
        (await bundle.Exec("true")).Failed();
    }

    [Theory, EveryRuntime]
    public async Task APausedOneTakesNoneUnlessAsked(string runtime)
    {
        Needs.Controller("freezer");
        await using Bundle bundle = await Running(runtime);
        (await bundle.Runtime("pause", bundle.Id)).Succeeded();
        Assert.Contains("paused", (await bundle.Exec("true")).Failed());
        (await bundle.Runtime("resume", bundle.Id)).Succeeded();
        (await bundle.Exec("true")).Succeeded();
    }

    [Theory, EveryRuntime]
    public async Task AWorkingDirectoryThroughTheHostsDescriptorsIsRefused(string runtime)
    {
        // CVE-2024-21626.
        await using Bundle bundle = await Running(runtime);
        for (int fd = 3; fd < 12; fd++)
            Assert.NotEqual(0, (await bundle.Runtime("exec", "--cwd", $"/proc/self/fd/{fd}", bundle.Id, "true")).Code);
    }

    [Theory, EveryRuntime]
    public async Task ItJoinsEveryNamespace(string runtime)
    {
        await using Bundle bundle = await Running(runtime, b => b.Namespace("network").Namespace("cgroup"));
        int pid = (await bundle.Inspect())["pid"]!.GetValue<int>();
        string[] names = ["pid", "net", "mnt", "ipc", "uts", "cgroup"];
        string expected = string.Join('\n', names.Select(n => File.ResolveLinkTarget($"/proc/{pid}/ns/{n}", false)!.Name));
        Assert.Equal(expected, (await bundle.Exec("sh", "-c", $"for n in {string.Join(' ', names)}; do readlink /proc/self/ns/$n; done"))
            .Succeeded());
    }

    [Theory, EveryRuntime("nosuch:/", "nosuch,cpu:/", "a:b:/", "/no-such-group", "cpu:../..")]
    public async Task AGroupThatIsNotThereIsRefused(string runtime, string group)
    {
        await using Bundle bundle = await Running(runtime);
        Assert.NotEqual("", (await bundle.Runtime("exec", "--cgroup", group, bundle.Id, "true")).Failed());
    }

    [Theory, EveryRuntime]
    public async Task OptionsBehindTheNameAreTheCommands(string runtime)
    {
        await using Bundle bundle = await Running(runtime);
        Assert.Equal("--cwd / -t", (await bundle.Exec("echo", "--cwd", "/", "-t")).Succeeded());
    }
}
