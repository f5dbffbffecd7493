using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;
using Gantry.Tests.Shared;

namespace Gantry.EndToEnd.Recovery;

/// <summary>A supervisor that dies, or hangs, takes its container along and nothing else: it can be started again at once.</summary>
public sealed class SupervisorKilledTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EngineDaemon(OursOnly = true)]
    public async Task ItsContainerEndsWithAllThatIsFrozenAndNested(string name)
    {
        await using Engine engine = await Use(name);
        // In the host's PID namespace, where the end of the first process is not that of the others.
        string container = await engine.RunIdle("--pid", "host", "--network", "none");
        string id = await engine.Inspect(container, "{{.Id}}");
        int first = int.Parse(await engine.Inspect(container, "{{.State.Pid}}"));
        await engine.Ok("exec", "-d", container, "sleep", "7777");
        int nested = await MoveIntoFrozenGroup(engine.Daemon, id, "sleep\u00007777\0");
        Assert.Contains("sleep 7777", await engine.Ok("top", container));
        await engine.Ok("pause", container);

        Signals.Kill(Supervisor(engine.Daemon, id));

        await Eventually.True(async () => await engine.Inspect(container, "{{.State.Status}} {{.State.ExitCode}}") == "exited 137",
            "its end is known");
        Assert.False(Lives(first), "the first process lives on");
        Assert.False(Lives(nested), "the process of the frozen group below lives on");
        // The bundle goes after the status that tells of the end.
        await Eventually.True(() => !Directory.Exists($"{engine.Daemon.ExecRoot}/containers/{id}"), "the bundle is gone");
        NothingIsLeft(engine.Daemon, id);
        await engine.Ok("start", container);
        Assert.Equal("running", await engine.Inspect(container, "{{.State.Status}}"));
        // It sleeps once it listens to signals, which would else end it: it is no first process of its namespace.
        await Eventually.True(async () => (await engine.Ok("top", container)).Split('\n').Any(line => line.EndsWith(" sleep 1000")),
            "it idles");
        await engine.Ok("stop", container);
        Assert.Equal("0", await engine.Inspect(container, "{{.State.ExitCode}}"));
        await engine.Ok("rm", container);
        NothingIsLeft(engine.Daemon, id);
    }

    /// <summary>A command that is on its way in comes into one hierarchy after the other.</summary>
    [Theory, EngineDaemon(OursOnly = true)]
    public async Task WhatHasComeIntoOneHierarchyOnlyEndsToo(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle("--network", "none"), id = await engine.Inspect(container, "{{.Id}}");
        IReadOnlyList<string> groups =
            [.. ControlGroups.Below(engine.Daemon.CgroupParent).Where(group => group.EndsWith(id, StringComparison.Ordinal))];
        List<RunningProcess> processes = [];
        foreach (string group in groups)
        {
            processes.Add(new RunningProcess("sleep", ["1000"]));
            await File.WriteAllTextAsync($"{group}/cgroup.procs", $"{processes[^1].Id}");
        }

        Signals.Kill(Supervisor(engine.Daemon, id));

        await Eventually.True(async () => await engine.Inspect(container, "{{.State.Status}}") == "exited", "its end is known");
        await engine.Ok("rm", container);
        NothingIsLeft(engine.Daemon, id);
        foreach (RunningProcess process in processes)
        {
            await process.Ends();
            await process.DisposeAsync();
        }
    }

    [Theory, EngineDaemon(OursOnly = true)]
    public async Task ItsContainerIsRestartedAsThePolicySays(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle("--restart", "always", "--network", "none");
        string id = await engine.Inspect(container, "{{.Id}}"), before = await engine.Inspect(container, "{{.State.Pid}}");
        Signals.Kill(Supervisor(engine.Daemon, id));
        await Eventually.True(async () => await engine.Inspect(container, "{{.State.Status}} {{.RestartCount}}") == "running 1",
            "it runs again");
        Assert.NotEqual(before, await engine.Inspect(container, "{{.State.Pid}}"));
    }

    [Theory, EngineDaemon(OursOnly = true)]
    public async Task OneThatHangsHoldsNobody(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle("--network", "none"), removed = await engine.RunIdle("--network", "none");
        string id = await engine.Inspect(container, "{{.Id}}"), other = await engine.Inspect(removed, "{{.Id}}");
        int[] supervisors = [Supervisor(engine.Daemon, id), Supervisor(engine.Daemon, other)];
        foreach (int supervisor in supervisors) (await Command.Run("kill", ["-STOP", $"{supervisor}"])).Succeeded();
        await Task.WhenAll(engine.Ok("kill", container), engine.Ok("rm", "-f", removed));
        Assert.Equal("exited 137", await engine.Inspect(container, "{{.State.Status}} {{.State.ExitCode}}"));
        Assert.All(supervisors, supervisor => Assert.False(Lives(supervisor)));
        NothingIsLeft(engine.Daemon, id);
        NothingIsLeft(engine.Daemon, other);
        await engine.Ok("start", container);
    }

    [Theory, EngineDaemon(OursOnly = true)]
    public async Task SignalsThatMeanNothingEndNobody(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle("--network", "none");
        int supervisor = Supervisor(engine.Daemon, await engine.Inspect(container, "{{.Id}}"));
        // USR1, USR2, ALRM, STKFLT, XCPU, XFSZ, VTALRM, PROF, IO, PWR, real-time ones.
        foreach (int signal in (int[])[10, 12, 14, 16, 24, 25, 26, 27, 29, 30, 35, 50, 64])
        {
            foreach (int process in (int[])[supervisor, engine.Daemon.ProcessId])
                (await Command.Run("kill", [$"-{signal}", $"{process}"])).Succeeded();
        }
        Assert.Equal("fine", await engine.Ok("exec", container, "echo", "fine"));
        // What the daemon starts is not deaf.
        string[] status = await File.ReadAllLinesAsync(
            $"/proc/{Supervisor(engine.Daemon, await engine.Inspect(await engine.RunIdle("--network", "none"), "{{.Id}}"))}/status");
        Assert.Contains("SigBlk:\t0000000000000000", status);
    }

    /// <summary>The caller is told that, and not which socket or namespace went under whose hands.</summary>
    [Theory, EngineDaemon(OursOnly = true)]
    public async Task KilledWhileStartingTheCallerIsToldSo(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName(), told = "";
        await engine.Ok("create", "--name", container, "busybox", "sleep", "1000");
        string id = await engine.Inspect(container, "{{.Id}}");
        for (int i = 0; i < 12; i++)
        {
            Task<Command.Result> start = engine.Run("start", container);
            int supervisor = 0;
            while (supervisor == 0 && !start.IsCompleted) supervisor = TrySupervisor(engine.Daemon, id);
            await Task.Delay(2 * i);
            if (supervisor != 0) Signals.Kill(supervisor);
            Command.Result result = await start;
            await Eventually.True(async () => await engine.Inspect(container, "{{.State.Running}}") == "false", "it has ended");
            if (result.Code == 0) continue;
            Assert.Contains("failed to create task for container: its supervisor ended before the container ran", told = result.Error);
            Assert.Contains("its supervisor ended", await engine.Inspect(container, "{{.State.Error}}"));
        }
        Assert.NotEqual("", told);
        await engine.Ok("start", container);
        await engine.Ok("rm", "-f", container);
        NothingIsLeft(engine.Daemon, id);
    }

    private static int TrySupervisor(TestDaemon daemon, string id) => daemon.Machine.Processes()
        .FirstOrDefault(process => CommandLine(process) is var line && line.Contains("\0shim\0") && line.Contains(id));

    [Theory, EngineDaemon(OursOnly = true)]
    public async Task KilledTogetherWithTheDaemonWhileStartingNothingLivesOn(string name)
    {
        await using Engine engine = await Engine.WithItsOwnDaemon(name);
        TestDaemon daemon = engine.Daemon;
        for (int round = 0; round < 4; round++)
        {
            string running = await engine.RunIdle("--network", "none");
            Task[] starts = [.. Enumerable.Range(0, 5)
                .Select(_ => engine.Run("run", "-d", "--name", engine.NewName(), "--network", "none", "busybox", "sleep", "1000"))];
            await Task.Delay(40 + 60 * round);
            await daemon.Kill();
            foreach (int process in daemon.Machine.Processes().Where(process => CommandLine(process).Contains("\0shim\0")))
                Signals.Kill(process);
            await Task.WhenAll(starts);
            await daemon.Start();
            await Eventually.True(async () => await engine.Ok("ps", "-q") == "", "what nobody supervised has ended");
            Assert.Equal("exited 137", await engine.Inspect(running, "{{.State.Status}} {{.State.ExitCode}}"));
            await Eventually.True(() => ControlGroups.Below(daemon.CgroupParent).Count == 0, "no cgroup is left");
            await Eventually.True(() => daemon.Machine.Processes().Count() == 1, "no process but the daemon is left");
            string[] all = (await engine.Ok("ps", "-aq")).Split('\n');
            await engine.Ok(["start", .. all]);
            await engine.Ok(["rm", "-f", .. all]);
        }
        Assert.DoesNotContain(Directory.EnumerateDirectories($"{daemon.ExecRoot}/runtime"),
            directory => !Path.GetFileName(directory).StartsWith('.'));
    }

    [Theory, EngineDaemon(OursOnly = true)]
    public async Task WhoeverOnlyLooksLikeItsSupervisorLivesOn(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle("--network", "none"), id = await engine.Inspect(container, "{{.Id}}");
        int supervisor = Supervisor(engine.Daemon, id);
        // As a tracer or an editor has them.
        await using RunningProcess other =
            new("sh", ["-c", "echo ready; read line", "shim", "--config", $"{engine.Daemon.ExecRoot}/containers/{id}/shim.json"]);
        await other.Shows("ready");
        Signals.Kill(supervisor);
        await Eventually.True(async () => await engine.Inspect(container, "{{.State.Status}}") == "exited", "its end is known");
        Assert.False(other.HasExited, "another program was ended in its place");
    }

    /// <summary>As long as something of it is left the container is there to be removed again, for the next daemon too.</summary>
    [Theory, EngineDaemon(OursOnly = true)]
    public async Task WhatCouldNotBeEndedALaterRemovalEnds(string name)
    {
        await using Engine engine = await Engine.WithItsOwnDaemon(name);
        TestDaemon daemon = engine.Daemon;
        string container = await engine.RunIdle("--network", "none"), id = await engine.Inspect(container, "{{.Id}}");
        // What is mounted is not the runtime's to take away.
        string held = Directory.CreateDirectory($"{daemon.ExecRoot}/runtime/{id}/held").FullName;
        (await daemon.Machine.RunInside("mount", "-t", "tmpfs", "held", held)).Succeeded();
        Signals.Kill(Supervisor(daemon, id));
        await Eventually.True(async () => await engine.Inspect(container, "{{.State.Status}}") == "exited", "its end is known");
        await IsRefused("rm", container);
        await IsRefused("start", container);
        await daemon.Kill();
        await daemon.Start();
        await IsRefused("rm", "-f", container);
        Assert.Equal("exited", await engine.Inspect(container, "{{.State.Status}}"));
        (await daemon.Machine.RunInside("umount", held)).Succeeded();
        await engine.Ok("start", container);
        await engine.Ok("rm", "-f", container);
        NothingIsLeft(daemon, id);

        async Task IsRefused(params string[] command)
        {
            Command.Result result = await engine.Run(command);
            Assert.True(result.Code != 0 && result.All.Contains("could not be ended"),
                $"{string.Join(' ', command)}: {result}\n{daemon.Log}");
        }
    }

    /// <summary>The exec root is emptied by hand, or by who tidies up: nobody's work is ended for that. Nothing leads to their supervisors
    /// any more, but whoever wants to end one ends all of it, which is found by its path and its cgroup.</summary>
    [Theory, EngineDaemon(OursOnly = true)]
    public async Task WhoseDirectoryIsRemovedWhileTheDaemonIsAwayRunsOnUntilSomebodyEndsIt(string name)
    {
        await using Engine engine = await Engine.WithItsOwnDaemon(name);
        TestDaemon daemon = engine.Daemon;
        string directory = await engine.RunIdle("--network", "none"), all = await engine.RunIdle("--network", "none"),
            file = await engine.RunIdle("--network", "none"), unknown = await engine.RunIdle("--network", "none");
        Dictionary<string, string> ids = [];
        foreach (string container in (string[])[directory, all, file, unknown])
        {
            ids[container] = await engine.Inspect(container, "{{.Id}}");
            await engine.Ok("exec", "-d", container, "sleep", "7777");
            await MoveIntoFrozenGroup(daemon, ids[container], "sleep\u00007777\0");
        }
        await engine.Ok("pause", directory);
        await daemon.Kill();
        foreach (string id in (string[])[ids[directory], ids[all], ids[unknown]])
            Directory.Delete($"{daemon.ExecRoot}/containers/{id}", recursive: true);
        Directory.Delete($"{daemon.ExecRoot}/runtime/{ids[all]}", recursive: true);
        File.Delete($"{daemon.ExecRoot}/containers/{ids[file]}/shim.sock");
        await File.WriteAllTextAsync($"{daemon.ExecRoot}/containers/{ids[file]}/shim.json", "{");
        await File.WriteAllTextAsync($"{daemon.DataRoot}/containers/{ids[unknown]}/config.v2.json", "{");

        await daemon.Start();

        string info = (await engine.Run("info")).All;
        foreach (string container in (string[])[directory, all, file])
        {
            Assert.Equal(container == directory ? "paused" : "running", await engine.Inspect(container, "{{.State.Status}}"));
            Assert.Contains($"container {container} runs on, but its supervisor", info);
        }
        Assert.Contains("its supervisor cannot be reached", (await engine.Run("exec", all, "true")).All);
        await engine.Ok("stop", "-t", "0", all);
        await engine.Ok("kill", file);
        await engine.Ok("rm", "-f", directory);
        NothingIsLeft(daemon, ids[directory]);
        foreach (string container in (string[])[all, file])
        {
            Assert.Equal("exited 137", await engine.Inspect(container, "{{.State.Status}} {{.State.ExitCode}}"));
            NothingIsLeft(daemon, ids[container]);
            await engine.Ok("start", container);
            await engine.Ok("rm", "-f", container);
        }
        Assert.Contains("container is running", (await engine.Run("rm", ids[unknown])).Error);
        await engine.Ok("rm", "-f", ids[unknown]);
        NothingIsLeft(daemon, ids[unknown]);
        await Eventually.True(() => daemon.Machine.Processes().Count() == 1, "no process but the daemon is left");
    }

    /// <summary>One that hangs is waited for while the daemon serves everybody else, and is itself again when it goes on.</summary>
    [Theory, EngineDaemon(OursOnly = true)]
    public async Task OneThatDoesNotAnswerHoldsNoStartOfTheDaemon(string name)
    {
        await using Engine engine = await Engine.WithItsOwnDaemon(name);
        TestDaemon daemon = engine.Daemon;
        string hanging = await engine.RunIdle("-p", "80"), other = await engine.RunIdle("--network", "none");
        string pid = await engine.Inspect(hanging, "{{.State.Pid}}");
        int supervisor = Supervisor(daemon, await engine.Inspect(hanging, "{{.Id}}"));
        await daemon.Kill();
        (await Command.Run("kill", ["-STOP", $"{supervisor}"])).Succeeded();
        // Which has a limit of its own, far below the time that a supervisor may take to answer.
        await daemon.Start();
        Assert.Equal("running", await engine.Inspect(hanging, "{{.State.Status}}"));
        Assert.Equal("inside", await engine.Ok("exec", other, "echo", "inside"));
        await engine.Ok("rm", "-f", other);
        Task<string> stop = engine.Ok("stop", "-t", "0", hanging);
        (await Command.Run("kill", ["-CONT", $"{supervisor}"])).Succeeded();
        await stop;
        Assert.Equal("exited", await engine.Inspect(hanging, "{{.State.Status}}"));
        await engine.Ok("start", hanging);
        Assert.NotEqual(pid, await engine.Inspect(hanging, "{{.State.Pid}}"));
        Assert.NotEqual("", await engine.Ok("port", hanging));
    }

    /// <summary>A machine with too much to do, and a disk that did not take the record of a start:
    /// neither costs a container that runs.</summary>
    [Theory, EngineDaemon(OursOnly = true)]
    public async Task OneThatAnswersLateKeepsItsContainer(string name)
    {
        await using Engine engine = await Engine.WithItsOwnDaemon(name);
        TestDaemon daemon = engine.Daemon;
        string slow = await engine.RunIdle("--network", "none"), unsaved = engine.NewName();
        await engine.Ok("create", "--name", unsaved, "--network", "none", "busybox", "sleep", "1000");
        string record = $"{daemon.DataRoot}/containers/{await engine.Inspect(unsaved, "{{.Id}}")}/config.v2.json";
        byte[] before = await File.ReadAllBytesAsync(record);
        await engine.Ok("start", unsaved);
        string slowPid = await engine.Inspect(slow, "{{.State.Pid}}"), unsavedPid = await engine.Inspect(unsaved, "{{.State.Pid}}");
        string shared = Directory.CreateDirectory($"{daemon.Root}/shared").FullName;
        List<string> users = [];
        for (int i = 0; i < 4; i++)
        {
            string owner = engine.NewName();
            users.Add(engine.NewName());
            await engine.Ok("run", "-d", "--rm", "--name", owner, "--network", "none", "-v", "/data", "-v", $"{shared}:/shared", "busybox",
                "sh", "-c", "echo kept > /data/f; while [ ! -e /shared/end ]; do sleep 0.05; done");
            await engine.Ok("create", "--name", users[i], "--network", "none", "--volumes-from", owner, "busybox", "cat", "/data/f");
        }
        int supervisor = Supervisor(daemon, await engine.Inspect(slow, "{{.Id}}"));
        await daemon.Kill();
        await File.WriteAllBytesAsync(record, before);
        await File.WriteAllTextAsync($"{shared}/end", "");
        (await Command.Run("kill", ["-STOP", $"{supervisor}"])).Succeeded();
        Task start = daemon.Start();
        // Longer than it takes for anything to be given up that is there to be asked.
        await Stays.True(() => Signals.Lives(supervisor), TimeSpan.FromSeconds(7), "the supervisor is left alone");
        (await Command.Run("kill", ["-CONT", $"{supervisor}"])).Succeeded();
        await start;
        Assert.Equal(slowPid, await engine.Inspect(slow, "{{.State.Pid}}"));
        Assert.Equal(unsavedPid, await engine.Inspect(unsaved, "{{.State.Pid}}"));
        Assert.Equal("inside", await engine.Ok("exec", unsaved, "echo", "inside"));
        Assert.Equal("inside", await engine.Ok("exec", slow, "echo", "inside"));
        foreach (string user in users) Assert.Equal("kept", await engine.Ok("start", "-a", user));
    }

    /// <summary>Puts a process of a container into a group below the container's, as systemd inside makes them, and freezes that.</summary>
    private static async Task<int> MoveIntoFrozenGroup(TestDaemon daemon, string id, string command)
    {
        int process = 0;
        await Eventually.True(() => (process = daemon.Machine.Processes().FirstOrDefault(one => CommandLine(one) == command)
            + OfContainer(daemon, id).FirstOrDefault(one => CommandLine(one) == command)) != 0, "the process runs");
        foreach (string group in ControlGroups.Below(daemon.CgroupParent).Where(group => Path.GetFileName(group) == id).ToList())
        {
            string below = Directory.CreateDirectory($"{group}/below").FullName;
            // Such a group has no processors or memory of its own before it is given them.
            foreach (string file in (string[])["cpuset.cpus", "cpuset.mems"])
                if (!ControlGroups.Unified && File.Exists($"{below}/{file}"))
                    await File.WriteAllTextAsync($"{below}/{file}", await File.ReadAllTextAsync($"{group}/{file}"));
            await File.WriteAllTextAsync($"{below}/cgroup.procs", $"{process}");
            if (File.Exists($"{below}/freezer.state")) await File.WriteAllTextAsync($"{below}/freezer.state", "FROZEN");
            if (ControlGroups.Unified) await File.WriteAllTextAsync($"{below}/cgroup.freeze", "1");
        }
        return process;
    }

    private static IEnumerable<int> OfContainer(TestDaemon daemon, string id) =>
        ControlGroups.Below(daemon.CgroupParent).Where(group => Path.GetFileName(group) == id)
            .SelectMany(group => File.ReadAllLines($"{group}/cgroup.procs")).Select(int.Parse).Distinct();

    private static int Supervisor(TestDaemon daemon, string id) =>
        daemon.Machine.Processes().Single(process => CommandLine(process) is var line && line.Contains("\0shim\0") && line.Contains(id));

    private static void NothingIsLeft(TestDaemon daemon, string id)
    {
        Assert.DoesNotContain(ControlGroups.Below(daemon.CgroupParent), group => group.Contains(id));
        Assert.False(Directory.Exists($"{daemon.ExecRoot}/runtime/{id}"));
        Assert.False(Directory.Exists($"{daemon.ExecRoot}/containers/{id}"));
    }

    private static bool Lives(int process) => CommandLine(process).Length > 0;

    private static string CommandLine(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
