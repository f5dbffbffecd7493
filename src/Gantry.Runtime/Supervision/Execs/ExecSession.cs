using Gantry.Linux.Processes;
using Gantry.Runtime.Supervision.Connections;
using Gantry.Runtime.Supervision.Logs;
using Gantry.Runtime.Supervision.Loop;
using Gantry.Runtime.Supervision.Runtimes;
using Gantry.Runtime.Supervision.Streams;
using Gantry.Shim;

namespace Gantry.Runtime.Supervision.Execs;

/// <summary>One further process in the container, with the client that asked for it.</summary>
internal sealed class ExecSession
{
    private readonly LaunchedProcess _process;
    private readonly Client _client;
    private readonly Action<ExecSession> _finished;
    private readonly ProcessWatch _watch;
    private readonly ProcessIo _io;
    private ExitStatus? _exit;

    /// <summary>Runs the process, answers Started, and connects the client.</summary>
    /// <exception cref="Launching.LaunchException">Nothing of it is left; the client has no answer yet.</exception>
    public ExecSession(EventLoop loop, SupervisedContainer container, Client client, ShimMessage request, Action<ExecSession> finished)
    {
        Id = request.ExecId ?? throw GantryException.Invalid("an exec needs an identifier");
        Oci.Runtime.OciProcess process = request.Process ?? throw GantryException.Invalid("an exec needs a process");
        (_client, _finished) = (client, finished);
        _io = new ProcessIo(loop, LogSink.Nowhere, Finish) { InputEndsWithClient = true };
        using StdioPipes? pipes = process.Terminal ? null : new StdioPipes(request.Stdin, request.Stdout, request.Stderr);
        _process = container.Exec(process, pipes);
        pipes?.Connect(_io);
        if (_process.ConsoleMaster >= 0) _io.ConnectTerminal(_process.ConsoleMaster, request.Stdin);

        client.Send(new ShimMessage { Type = ShimMessageType.Started, Pid = _process.Pid, Phases = _process.Phases });
        _ = new Attachment(client, _io, request);
        _watch = new ProcessWatch(loop, _process.PidFd, Ended);
    }

    public string Id { get; }

    public int Pid => _process.Pid;

    /// <summary>Set once it has finished.</summary>
    public ExitStatus Exit => _exit ?? throw new InvalidOperationException($"exec {Id} still runs");

    public void Signal(int signal) => PidFd.Signal(_process.PidFd, signal);

    public void Resize(ushort rows, ushort columns) => _io.Resize(rows, columns);

    /// <summary>The container is gone, so is this process.</summary>
    public void Abandon()
    {
        if (_exit is null) _watch.Ready(Linux.Events.EpollEvents.Read);
        if (_exit is null) _watch.Fault(new InvalidOperationException("the container ended"));
        _io.Cut();
    }

    private void Ended(int code)
    {
        _exit = new ExitStatus { Code = code, At = DateTimeOffset.UtcNow };
        _io.ProcessEnded();
    }

    private void Finish()
    {
        _process.PidFd.Dispose();
        _finished(this);
        _client.Send(new ShimMessage { Type = ShimMessageType.Exited, Exit = _exit });
        _client.CloseWhenSent();
    }
}
