using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;
using Gantry.EndToEnd.Terminals;

namespace Gantry.EndToEnd.Runtimes;

/// <summary>podman with gantry-runtime below, in a machine, a store and cgroups of its own.</summary>
public sealed class Podman : IAsyncDisposable
{
    private static int _count;

    private readonly SmallMachine _machine;
    private readonly string _root = $"/tmp/ge/p{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";

    private Podman(SmallMachine machine) => this._machine = machine;

    public SmallMachine Machine => _machine;
    public string Root => _root;
    public string CgroupParent => $"/gantry-e2e-{Path.GetFileName(_root)}";

    public static async Task<Podman> Make()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root");
        Assert.SkipUnless(Programs.Find("podman") is not null, "podman is not installed");
        Podman podman = new(await SmallMachine.Make());
        Directory.CreateDirectory(podman._root);
        // podman's own defaults are above what a machine without CAP_SYS_RESOURCE allows.
        await File.WriteAllTextAsync($"{podman._root}/containers.conf",
            "[containers]\ndefault_ulimits = [\"nofile=1024:1024\", \"nproc=1024:1024\"]\n[engine]\nevents_logger = \"file\"\n");
        await podman.Ok("import", await BaseImage.Archive, "busybox");
        return podman;
    }

    private string[] Line(IReadOnlyList<string> arguments) =>
    [
        .. _machine.Enter, "env", $"CONTAINERS_CONF={_root}/containers.conf", "podman", "--root", $"{_root}/store", "--runroot",
        $"{_root}/run", "--tmpdir", $"{_root}/tmp",
        "--cgroup-manager", "cgroupfs", "--runtime", Programs.Runtime, .. arguments,
    ];

    public Task<Command.Result> Run(params IReadOnlyList<string> arguments)
    {
        string[] line = Line(arguments);
        return Command.Run(line[0], line[1..]);
    }

    public async Task<string> Ok(params IReadOnlyList<string> arguments)
    {
        Command.Result result = await Run(arguments);
        Assert.True(result.Code == 0, $"podman {string.Join(' ', arguments)}: exit code {result.Code}: {result.All}");
        return result.Output.TrimEnd('\n');
    }

    /// <summary>Runs a container to its end.</summary>
    public Task<Command.Result> Container(params IReadOnlyList<string> options) =>
        Run(["run", "--rm", "--network", "none", "--cgroup-parent", CgroupParent, .. options]);

    public Task<string> Detached(params IReadOnlyList<string> options) =>
        Ok(["run", "-d", "--network", "none", "--cgroup-parent", CgroupParent, .. options]);

    public Terminal InTerminal(params IReadOnlyList<string> arguments)
    {
        string[] line = Line(arguments);
        return new Terminal(line[0], line[1..]);
    }

    public IEnumerable<int> Processes() => _machine.Processes();

    public async ValueTask DisposeAsync()
    {
        await Run("rm", "-fa", "-t", "0");
        await _machine.DisposeAsync();
        ControlGroups.Remove(CgroupParent);
        if (!ControlGroups.Unified) ControlGroups.RemoveOrdinary(CgroupParent);
        await Command.Run("rm", "-rf", "--one-file-system", _root);
    }
}
