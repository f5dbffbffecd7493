using Gantry.Linux.Processes;
using Gantry.Oci.Runtime.Reading;
using Gantry.Runtime.Launching;
using Gantry.Runtime.Processes;
using Gantry.Runtime.Statistics;
using Gantry.Runtime.Supervision.Execs;
using Gantry.Runtime.Supervision.Logs;
using Gantry.Runtime.Supervision.Loop;
using Gantry.Runtime.Supervision.Reports;
using Gantry.Runtime.Supervision.Runtimes;
using Gantry.Runtime.Supervision.Streams;
using Gantry.Shim;
using Gantry.Shim.Wire;

namespace Gantry.Runtime.Supervision;

/// <summary>One container's life: create, wait for Start, serve clients, end.</summary>
internal sealed class ContainerSupervisor : IDisposable
{
    /// <summary>How long clients that have not read everything are waited for,
    /// after the container's end and without any progress of theirs.</summary>
    private const int Linger = 10_000;
    private const int OrphanCheck = 10_000;
    /// <summary>How long a container that was never started waits for a daemon, when the one that wanted it has gone:
    /// nobody may know of it any more.</summary>
    private const int Unclaimed = 15_000;

    private readonly ShimConfig _config;
    private readonly string _bundle;
    private readonly ConfigFile _spec;
    private readonly EventLoop _loop = new();
    private readonly LogSink _log;
    private readonly ProcessIo _io;
    private readonly ClientSet _clients;
    private readonly LoopTimer _orphans, _linger, _unclaimed;
    private int _notesTold;
    private readonly MemoryDiet _diet;
    private ProcessWatch? _watch;
    private OomNotice? _oom;
    private SupervisedContainer? _container;
    private SharedMemoryMount? _memory;

    public ContainerSupervisor(ShimConfig config, string bundle, ConfigFile spec)
    {
        (_config, _bundle, _spec) = (config, bundle, spec);
        _diet = new MemoryDiet(_loop);
        _log = LogSink.Of(config.Log, _loop, _diet.Worked);
        _io = new ProcessIo(_loop, _log, End) { InputEndsWithClient = config.StdinOnce, Patience = config.SlowClientSeconds * 1000L };
        Execs = new ExecSet(_loop, ExecEnded);
        _clients = new ClientSet(_loop, this);
        _orphans = new LoopTimer(_loop, ReapOrphans);
        _unclaimed = new LoopTimer(_loop, () => Container.Signal(9, all: true));
        _linger = new LoopTimer(_loop, CloseStuck);
    }

    public ExecSet Execs { get; }
    public ProcessIo Io => _io;
    /// <summary>As in <see cref="ShimMessage.Status"/>.</summary>
    public string Status { get; private set; } = "created";
    public ExitStatus? Exit { get; private set; }
    public int Pid => _container?.Pid ?? 0;
    public SupervisedContainer Container => _container ?? throw GantryException.Conflict($"container {_config.Id} is not created");

    /// <param name="control">The daemon's connection; -1 when it will come through the socket.</param>
    public int Run(int control)
    {
        if (control >= 0) _clients.AdoptControl(control);
        try
        {
            MakeContainer();
        }
        catch (Exception e) when (LaunchException.IsExpected(e))
        {
            SupervisorLog.Write($"create: {e.Message}");
            _clients.TellControl(FailureReport.Message(e));
            Abandon();
        }
        _loop.Run();
        return Exit is null ? 1 : 0;
    }

    public void Start()
    {
        if (Status != "created") throw GantryException.Conflict($"container {_config.Id} is {Status}");
        try
        {
            Container.Start();
        }
        catch (Exception e) when (LaunchException.IsExpected(e))
        {
            SupervisorLog.Write($"start: {e.Message}");
            _clients.TellControl(FailureReport.Message(e));
            Abandon();
            return;
        }
        Status = "running";
        WatchOom();
        _clients.TellControl(new ShimMessage { Type = ShimMessageType.Started, Pid = Pid, Phases = Container.Phases, Notes = NewNotes() });
        _diet.Worked();
        // Without a PID namespace of its own the container's orphans come to us.
        if (!ContainerProcesses.HasOwnPids(_spec.Spec) || _config.Runtime is not null) _orphans.Set(OrphanCheck);
    }

    private void WatchOom()
    {
        try
        {
            OomWatch watch = Container.WatchOom();
            if (watch.Number < 0) watch.Dispose();
            else _oom = new OomNotice(_loop, watch, () => _clients.TellControl(new ShimMessage { Type = ShimMessageType.OutOfMemory }));
        }
        catch (Exception e) when (LaunchException.IsExpected(e))
        {
            // The end of the container tells it as well, only later.
            SupervisorLog.Write($"watch for want of memory: {e.Message}");
        }
    }

    public void Pause()
    {
        if (Status != "running") throw GantryException.Conflict($"container {_config.Id} is {Status}");
        Container.Pause();
        Status = "paused";
    }

    public void Resume()
    {
        if (Status != "paused") throw GantryException.Conflict($"container {_config.Id} is not paused");
        Container.Resume();
        Status = "running";
    }

    public void ControlChanged(bool present)
    {
        if (present) _unclaimed.Stop();
        else if (Status == "created" && _container is not null) _unclaimed.Set(Unclaimed);
    }

    /// <summary>The last client has gone after the end: nothing is left to do.</summary>
    public void Unattended()
    {
        if (_linger.IsSet || Status == "abandoned") _loop.Stopped = true;
    }

    private void MakeContainer()
    {
        File.Delete(_config.ExitFile);
        File.Delete(SpareExitFile);
        _clients.Listen(_config.Socket);
        using StdioPipes? pipes = _config.Terminal ? null : new StdioPipes(_config.OpenStdin, stdout: true, stderr: true);
        if (_config.SharedMemory is { } memory) _memory = new SharedMemoryMount(memory);
        Action<int> ready = pid => _clients.TellControl(new ShimMessage { Type = ShimMessageType.NamespacesReady, Pid = pid });
        _container = _config.Runtime is null
            ? OwnContainer.Make(_config, _bundle, _spec, pipes, ready)
            : new ForeignContainer(_config, _bundle, _spec.Spec, pipes, ready);
        pipes?.Connect(_io);
        if (_container.ConsoleMaster >= 0) _io.ConnectTerminal(_container.ConsoleMaster, _config.OpenStdin);
        if (_config is { Rows: > 0, Columns: > 0 }) _io.Resize(_config.Rows, _config.Columns);
        _watch = new ProcessWatch(_loop, _container.PidFd, Ended);
        AtomicFile.Write(_config.PidFile, System.Text.Encoding.ASCII.GetBytes($"{Environment.ProcessId} {Pid}\n"), durable: false);
        _clients.TellControl(new ShimMessage
        {
            Type = ShimMessageType.Created, Pid = Pid, Phases = _container.Phases, Protocol = ShimProtocol.Version,
            Abilities = ShimProtocol.All, Notes = NewNotes(),
        });
    }

    /// <summary>Each is told once, and written down here too: the daemon may have gone meanwhile.</summary>
    private List<string>? NewNotes()
    {
        List<string> notes = [.. Container.Notes.Skip(_notesTold)];
        _notesTold += notes.Count;
        notes.ForEach(SupervisorLog.Write);
        return notes.Count > 0 ? notes : null;
    }

    private void Ended(int code)
    {
        Exit = new ExitStatus { Code = code, At = DateTimeOffset.UtcNow, OomKilled = Container.OomKilled() };
        Status = "stopped";
        _oom?.Close();
        _io.ProcessEnded();
    }

    private void ExecEnded(ExecExit exit)
    {
        _clients.TellControl(new ShimMessage { Type = ShimMessageType.ExecExited, ExecId = exit.ExecId, Exit = exit.Exit });
        if (Status == "running") _diet.Worked();
    }

    /// <summary>The process is gone and its output is written down.</summary>
    private void End()
    {
        WriteExit();
        try
        {
            Container.Destroy();
            _memory?.Dispose();
        }
        catch (Exception e) when (LaunchException.IsExpected(e))
        {
            SupervisorLog.Write($"remove container: {e.Message}");
        }
        Execs.EndAll();
        ReapOrphans();
        _orphans.Stop();
        _clients.StopListening();
        _linger.Set(Linger / 4);
        _clients.TellControl(new ShimMessage { Type = ShimMessageType.Exited, Exit = Exit });
        _clients.CloseAllWhenSent();
    }

    /// <summary>Beside the bundle, on another disk as a rule: for when the first one is full.</summary>
    private string SpareExitFile => Path.Combine(_bundle, "exit.json");

    /// <summary>Not synced: after a power loss no container runs, whatever a file says. No disk keeps the container from its end.</summary>
    private void WriteExit()
    {
        foreach (string path in (ReadOnlySpan<string>)[_config.ExitFile, SpareExitFile])
        {
            try
            {
                AtomicFile.Write(path, ShimWriter.Exit(Exit!), durable: false);
                return;
            }
            catch (Exception e) when (Expected.OfSystem(e))
            {
                SupervisorLog.Write($"exit status: {e.Message}");
            }
        }
    }

    /// <summary>There is no container: leave as soon as everybody has been told.</summary>
    private void Abandon()
    {
        Status = "abandoned";
        try
        {
            _container?.Destroy();
            _memory?.Dispose();
        }
        catch (Exception e) when (LaunchException.IsExpected(e))
        {
            SupervisorLog.Write($"remove container: {e.Message}");
        }
        _clients.StopListening();
        _linger.Set(Linger / 4);
        _clients.CloseAllWhenSent();
    }

    private void CloseStuck()
    {
        _linger.Set(Linger / 4);
        _clients.CloseStuck(Linger);
    }

    private void ReapOrphans()
    {
        Orphans.Reap(pid => pid == Pid || Execs.Has(pid) || _log.Owns(pid));
        if (Status is "running" or "paused") _orphans.Set(OrphanCheck);
    }

    public void Dispose() => _loop.Dispose();
}
