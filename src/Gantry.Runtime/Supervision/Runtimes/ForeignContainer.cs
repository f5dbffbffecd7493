using System.Globalization;
using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Init;
using Gantry.Runtime.Launching;
using Gantry.Runtime.Statistics;
using Gantry.Runtime.Supervision.Reports;
using Gantry.Runtime.Supervision.Streams;
using Gantry.Shim;

namespace Gantry.Runtime.Supervision.Runtimes;

/// <summary>A container that another OCI runtime makes: its processes come to us as orphans when the runtime's own process ends.</summary>
internal sealed class ForeignContainer : SupervisedContainer
{
    private readonly ShimConfig _config;
    private readonly string _bundle;
    private readonly ForeignRuntime _runtime;
    private readonly ForeignRoot _root;
    private readonly LaunchedProcess _init;
    private readonly OomCounter _oom;

    /// <exception cref="Launching.LaunchException">Nothing of the container is left.</exception>
    public ForeignContainer(ShimConfig config, string bundle, OciSpec spec, StdioPipes? pipes, Action<int> namespacesReady)
    {
        if (config.Trees.Count > 0)
            throw GantryException.Unsupported($"{config.Runtime} mounts nothing that is not on the host: gantry-runtime alone does");
        (_config, _bundle) = (config, bundle);
        _runtime = new ForeignRuntime(config.Runtime!, config.RuntimeRoot, bundle);
        Directory.CreateDirectory(config.RuntimeRoot);
        _root = new ForeignRoot(bundle, spec, config.Root);
        try
        {
            ForeignBundle.Adapt(bundle, spec, _root.Path);
            _init = SpawnThroughRuntime(pipes, config.Terminal,
                (pidFile, console) => ["create", "--bundle", bundle, "--pid-file", pidFile, .. console, config.Id]);
            _oom = new OomCounter(_init.Pid);
            namespacesReady(_init.Pid);
        }
        catch
        {
            Discard();
            throw;
        }
    }

    public override int Pid => _init.Pid;
    public override SafeFileDescriptor PidFd => _init.PidFd;
    public override int ConsoleMaster => _init.ConsoleMaster;
    public override IReadOnlyList<PhaseTime> Phases => _init.Phases;

    public override void Start() => _runtime.Run(null, "start", _config.Id);

    public override void Signal(int signal, bool all)
    {
        if (all) _runtime.Run(null, "kill", "--all", _config.Id, signal.ToString(CultureInfo.InvariantCulture));
        else Linux.Processes.PidFd.Signal(_init.PidFd, signal);
    }

    public override void Pause() => _runtime.Run(null, "pause", _config.Id);

    public override void Resume() => _runtime.Run(null, "resume", _config.Id);

    public override void Update(OciResources resources)
    {
        string file = Path.Combine(_bundle, "resources.json");
        JsonFile.Save(file, resources, RuntimeJson.Default.OciResources, durable: false);
        _runtime.Run(null, "update", "--resources", file, _config.Id);
    }

    public override LaunchedProcess Exec(OciProcess process, StdioPipes? pipes)
    {
        string file = Path.Combine(_bundle, "process.json");
        OciUser user = UserLookup.ResolveBelow($"/proc/{Pid}/root", process.User);
        JsonFile.Save(file, process with { User = user }, RuntimeJson.Default.OciProcess, durable: false);
        return SpawnThroughRuntime(pipes, process.Terminal,
            (pidFile, console) => ["exec", "--detach", "--process", file, "--pid-file", pidFile, .. console, _config.Id]);
    }

    public override bool OomKilled() => _oom.Read() > 0;

    public override OomWatch WatchOom() => _oom.Watch();

    public override void Destroy()
    {
        try
        {
            _runtime.Run(null, "delete", "--force", _config.Id);
        }
        finally
        {
            _root.Unmount();
        }
    }

    /// <summary>After a failure, whose message is the one that counts.</summary>
    private void Discard()
    {
        try
        {
            Destroy();
        }
        catch (Exception e) when (LaunchException.IsExpected(e))
        {
            SupervisorLog.Write($"remove what is left: {e.Message}");
        }
    }

    private LaunchedProcess SpawnThroughRuntime(StdioPipes? pipes, bool terminal, Func<string, string[], string[]> arguments)
    {
        string pidFile = Path.Combine(_bundle, "process.pid");
        using ConsoleReceiver? console = terminal ? new ConsoleReceiver(_bundle) : null;
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        string[] command = arguments(pidFile, console is null ? [] : ["--console-socket", console.Path]);
        _runtime.Run(pipes, command);
        PhaseTime phase = new($"{Path.GetFileName(_config.Runtime)} {command[0]}",
            (long)System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        int pid = int.Parse(File.ReadAllText(pidFile), CultureInfo.InvariantCulture);
        SafeFileDescriptor pidFd = Linux.Processes.PidFd.Open(pid)
            ?? throw new KernelException("pidfd_open", Errno.ESRCH, $"process {pid}");
        return new LaunchedProcess(pid, pidFd, console?.Receive() ?? -1, [phase]);
    }
}
