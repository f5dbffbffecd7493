using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;
using Gantry.Tests.Shared;

namespace Gantry.EndToEnd.Recovery;

/// <summary>Containers outlive the daemon. dockerd can do so too, when told to and ended with care; docs/differences.md.</summary>
public sealed class DaemonKilledTests
{
    [Theory, EveryEngine(OursOnly = true)]
    public async Task ContainersGoOnAndNothingIsForgotten(string name)
    {
        await using Engine engine = await StartOwn(name);
        TestDaemon daemon = engine.Daemon;
        string shared = Directory.CreateDirectory($"{daemon.Root}/shared").FullName;
        string Until(string file) => $"while [ ! -e /shared/{file} ]; do sleep 0.05; done";

        string counting = engine.NewName("counting");
        await engine.Ok("run", "-d", "--name", counting, "busybox", "sh", "-c", "i=0; while :; do i=$((i+1)); echo $i; sleep 0.01; done");
        string ending = engine.NewName("ending"), killed = engine.NewName("killed"), removed = engine.NewName("removed"),
            late = engine.NewName("late");
        await engine.Ok("run", "-d", "--name", ending, "-v", $"{shared}:/shared", "busybox", "sh", "-c",
            $"{Until("end")}; echo last words; exit 5");
        await engine.Ok("run", "-d", "--name", killed, "busybox", "sleep", "1000");
        await engine.Ok("run", "-d", "--rm", "--name", removed, "-v", $"{shared}:/shared", "busybox", "sh", "-c", Until("end"));
        await engine.Ok("run", "-d", "--name", late, "-v", $"{shared}:/shared", "busybox", "sh", "-c", $"{Until("late")}; exit 6");
        string paused = await engine.RunIdle(), idle = await engine.RunIdle(), terminal = engine.NewName("terminal"),
            web = engine.NewName("web"), open = engine.NewName("open");
        await engine.Ok("pause", paused);
        await engine.Ok("run", "-d", "-i", "-t", "--name", terminal, "busybox", "sh");
        await engine.Ok("run", "-d", "--name", web, "-p", "8080:80", "busybox", "sh", "-c",
            "mkdir /www; echo works > /www/index.html; exec httpd -f -h /www");
        await engine.Ok("run", "-d", "-i", "--name", open, "busybox", "cat");
        string[] all = [counting, ending, killed, removed, late, paused, idle, terminal, web, open];
        Dictionary<string, int> processes = [];
        foreach (string container in all) processes[container] = int.Parse(await engine.Inspect(container, "{{.State.Pid}}"));
        await using RunningProcess follow = engine.Start("logs", "-f", counting);
        await follow.Shows("10\n");

        await daemon.Kill();

        await follow.Ends();
        await Task.WhenAll(all.Select(container => Stays.True(() => Signals.Lives(processes[container]), TimeSpan.FromMilliseconds(500),
            $"{container} lives without the daemon")));
        await File.WriteAllTextAsync($"{shared}/end", "");
        Signals.Kill(processes[killed]);
        // Those of the three that end have nobody to tell any more.
        await Eventually.True(() => daemon.Machine.Processes().Count(IsSupervisor) == all.Length - 3, "three supervisors end");

        await daemon.Start();

        string[] running = [counting, late, paused, idle, terminal, web, open];
        Assert.Equal(running.Order(), (await engine.Ok("ps", "--format", "{{.Names}}")).Split('\n').Order());
        Assert.Equal("exited 5", await engine.Inspect(ending, "{{.State.Status}} {{.State.ExitCode}}"));
        Assert.Equal("last words", await engine.Ok("logs", ending));
        Assert.Equal("exited 137", await engine.Inspect(killed, "{{.State.Status}} {{.State.ExitCode}}"));
        await Eventually.True(async () => (await engine.Run("inspect", removed)).Code != 0, "what should be removed at its end is");
        foreach (string container in running) Assert.Equal($"{processes[container]}", await engine.Inspect(container, "{{.State.Pid}}"));

        await NoLineIsLost(engine, counting);
        Assert.Equal("inside", await engine.Ok("exec", idle, "echo", "inside"));
        Assert.Equal("works", (await daemon.Machine.Run("curl", "-sS", "-m", "60", "http://127.0.0.1:8080/")).Succeeded());
        Assert.Equal("paused", await engine.Inspect(paused, "{{.State.Status}}"));
        await engine.Ok("unpause", paused);
        await engine.Ok("stop", "-t", "60", idle);
        Assert.Equal("exited 0", await engine.Inspect(idle, "{{.State.Status}} {{.State.ExitCode}}"));
        Task<string> wait = engine.Ok("wait", late);
        await File.WriteAllTextAsync($"{shared}/late", "");
        Assert.Equal("6", await wait);
        await using (Terminals.Terminal attached = engine.StartInTerminal("attach", terminal))
        {
            await attached.IsRaw();
            await attached.TypeLine("echo still $((40 + 2))", "still 42");
        }
        await using (RunningProcess attach = engine.Start("attach", open))
        {
            await attach.Input.WriteLineAsync("through");
            await attach.Input.FlushAsync();
            await attach.Shows("through");
        }
        await engine.Ok("restart", "-t", "1", web);
        await Eventually.True(async () => (await daemon.Machine.Run("curl", "-s", "-m", "2",
            "http://127.0.0.1:8080/")).Output == "works\n", "the restarted server answers");
    }

    [Theory, EngineDaemon]
    public async Task AStopForAnUpgradeLeavesContainersAlone(string name)
    {
        await using Engine engine = await StartOwn(name);
        TestDaemon daemon = engine.Daemon;
        string container = engine.NewName();
        await engine.Ok("run", "-d", "--name", container, "busybox", "sh", "-c", "i=0; while :; do i=$((i+1)); echo $i; sleep 0.01; done");
        int process = int.Parse(await engine.Inspect(container, "{{.State.Pid}}"));
        for (int round = 0; round < 2; round++)
        {
            int code = await daemon.Stop();
            if (!engine.IsPeer) Assert.Equal(0, code);
            await Stays.True(() => Signals.Lives(process), TimeSpan.FromMilliseconds(200), "the container goes on");
            await daemon.Start();
        }
        if (engine.IsPeer) await LogGoesOn(engine, container);
        else await NoLineIsLost(engine, container);
        await engine.Ok("rm", "-f", container);
        Assert.False(Signals.Lives(process));
    }

    [Theory, EngineDaemon(OursOnly = true)]
    public async Task KilledWhileStartingContainersItComesBackWhole(string name)
    {
        await using Engine engine = await StartOwn(name);
        TestDaemon daemon = engine.Daemon;
        for (int round = 0; round < 3; round++)
        {
            Task[] starts = [.. Enumerable.Range(0, 6)
                .Select(_ => engine.Run("run", "-d", "--name", engine.NewName(), "-p", "80", "busybox", "sleep", "1000"))];
            await Task.Delay(60 + 90 * round);
            await daemon.Kill();
            await Task.WhenAll(starts);
            await daemon.Start();
            Assert.Equal("fine", await engine.Ok("run", "--rm", "busybox", "echo", "fine"));
        }
        string ids = await engine.Ok("ps", "-aq");
        if (ids.Length > 0) await engine.Ok(["rm", "-f", "-v", .. ids.Split('\n')]);
        Assert.Equal("", await engine.Ok("ps", "-aq"));
        await Eventually.True(() => ControlGroups.Below(daemon.CgroupParent).Count == 0, "no cgroup is left");
        await Eventually.True(() => daemon.Machine.Processes().Count() == 1, "no process but the daemon is left");
        await Eventually.True(async () => !(await daemon.Machine.Run("ip", "-br", "link")).Output.Contains("veth"), "no interface is left");
    }

    /// <summary>The disk takes neither the exit status nor the record, and the daemon that knows of the end is killed before it
    /// does.</summary>
    [Theory, EngineDaemon(OursOnly = true)]
    public async Task AnEndThatTheDiskDidNotTakeIsKnownNevertheless(string name)
    {
        await using Engine engine = await StartOwn(name);
        TestDaemon daemon = engine.Daemon;
        string container = engine.NewName();
        await engine.Ok("run", "-d", "--name", container, "--network", "none", "busybox", "sh", "-c",
            "trap 'exit 5' TERM; while :; do sleep 0.05; done");
        string home = $"{daemon.DataRoot}/containers/{await engine.Inspect(container, "{{.Id}}")}";
        // The supervisor lives in mounts of its own.
        Directory.CreateDirectory($"{home}/exit.json/taken");
        (await daemon.Machine.RunInside("mount", "--bind", home, home)).Succeeded();
        (await daemon.Machine.RunInside("mount", "-o", "remount,bind,ro", home)).Succeeded();
        await engine.Ok("stop", container);
        Assert.Equal("exited 5", await engine.Inspect(container, "{{.State.Status}} {{.State.ExitCode}}"));
        Assert.Contains("could not be saved", daemon.Log);
        await daemon.Kill();
        (await daemon.Machine.RunInside("umount", home)).Succeeded();
        await daemon.Start();
        Assert.Equal("exited 5", await engine.Inspect(container, "{{.State.Status}} {{.State.ExitCode}}"));
    }

    private static bool IsSupervisor(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Contains("\0shim\0");
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task NoLineIsLost(Engine engine, string container)
    {
        string[] lines = [];
        await Eventually.True(async () => (lines = (await engine.Ok("logs", container)).Split('\n')).Length > 10, "it goes on");
        Assert.Equal(Enumerable.Range(1, lines.Length).Select(i => $"{i}"), lines);
    }

    // dockerd drops a line that it has read and not yet written when it ends.
    private static async Task LogGoesOn(Engine engine, string container)
    {
        int[] lines = [];
        await Eventually.True(async () =>
        {
            lines = [.. (await engine.Ok("logs", container)).Split('\n').Select(int.Parse)];
            return lines.Length > 10;
        }, "it goes on");
        Assert.Equal(lines.Order(), lines);
    }

    private static Task<Engine> StartOwn(string name) => Engine.WithItsOwnDaemon(name, name == "dockerd" ? ["--live-restore"] : []);
}
