using Gantry.Oci.Runtime;

namespace Gantry.Shim;

/// <summary>One control message. A flat record, so that the shim needs no polymorphic JSON;
/// which fields count depends on <see cref="Type"/>.</summary>
/// <remarks>
/// Connections and who says what (frames are described at <see cref="ShimFrame"/>):
/// <code>
/// control  the daemon's, one a daemon: fd 3 at the shim's start, or the socket with a first message Control
///   shim → NamespacesReady(Pid)        as soon as PID 1 exists: its network namespace can be furnished meanwhile
///   shim → Created(Pid)                rootfs is made, PID 1 waits for Start
///   shim → Failed(Error…)              instead of the one before or after; the shim then cleans up and leaves
///   daemon → Start                     shim → Started | Failed
///   shim → Exited(Exit)                the process is gone, its output is in the log, its cgroup removed; the shim leaves
///   shim → ExecExited(ExecId, Exit)    for every exec, attached or not
///   shim → OutOfMemory                 each time that the kernel kills for want of it; the last may be told by Exited alone
///   daemon → Signal | Resize | Pause | Resume | Update | State, each with a Sequence; shim → Done | Failed | State with the same
///   (after a reconnect the shim first sends State)
/// attach   socket, first message Attach(Stdin, Stdout, Stderr): then frames Stdout/Stderr from, Stdin frames to the shim;
///          half-close ends stdin.
///          The shim answers Done before any output, and closes after the last output. A terminal's output comes as Stdout frames.
///          With Logs, Done tells LogEnd: what the log has up to there is not sent, and all that is not there is.
/// exec     socket, first message Exec(ExecId, Process, Stdin, Stdout, Stderr): shim → Started(Pid) | Failed,
///          then frames as for attach (unless none of the three is set), then Exited(Exit) and close.
/// </code>
/// A lost connection never harms the container. Daemon and shim may be of different versions: <see cref="ShimProtocol"/>.
/// </remarks>
public sealed record ShimMessage
{
    public required string Type { get; init; }
    public long Sequence { get; init; }
    public int Pid { get; init; }
    public string? ExecId { get; init; }
    /// <summary>The user-visible text of a failure.</summary>
    public string? Error { get; init; }
    /// <summary>The step that failed, as <see cref="FailureStep"/> names it; decides the exit code.</summary>
    public string? Step { get; init; }
    public int Errno { get; init; }
    public int Signal { get; init; }
    /// <summary>Signal every process of the container, not PID 1 alone.</summary>
    public bool All { get; init; }
    public ushort Rows { get; init; }
    public ushort Columns { get; init; }
    public bool Stdin { get; init; }
    public bool Stdout { get; init; }
    public bool Stderr { get; init; }
    /// <summary>In Attach: the daemon gives its client the log first.</summary>
    public bool Logs { get; init; }
    /// <summary>In Done after such an Attach: up to where; null when there is no log.</summary>
    public LogEnd? LogEnd { get; init; }
    public OciProcess? Process { get; init; }
    public OciResources? Resources { get; init; }
    public ExitStatus? Exit { get; init; }
    /// <summary>In State: <c>created</c>, <c>running</c>, <c>paused</c>, <c>stopped</c>.</summary>
    public string? Status { get; init; }
    /// <summary>In State: execs that still run.</summary>
    public IReadOnlyList<string>? Execs { get; init; }
    /// <summary>In State: execs that ended while no control connection was there to be told.</summary>
    public IReadOnlyList<ExecExit>? EndedExecs { get; init; }
    /// <summary>In Created and State: the shim's <see cref="ShimProtocol.Version"/>; 0 of those that say none.</summary>
    public int Protocol { get; init; }
    /// <summary>In Created and State: what the shim can; null means <see cref="ShimProtocol.Earliest"/>.</summary>
    public IReadOnlyList<string>? Abilities { get; init; }
    /// <summary>In Created and Started: what was done less well than asked since the one before; null for nothing.</summary>
    public IReadOnlyList<string>? Notes { get; init; }
    /// <summary>In Created/Started: how long each phase took, in microseconds, in order.</summary>
    public IReadOnlyList<PhaseTime>? Phases { get; init; }
}

public sealed record PhaseTime(string Name, long Microseconds);

public sealed record ExecExit(string ExecId, ExitStatus Exit);

public static class ShimMessageType
{
    public const string Control = "control", NamespacesReady = "namespacesReady", Created = "created", Start = "start", Started = "started",
        Failed = "failed", Exited = "exited", ExecExited = "execExited", Signal = "signal", Resize = "resize", Pause = "pause",
            Resume = "resume",
        Update = "update", State = "state", Done = "done", Attach = "attach", Exec = "exec",
        OutOfMemory = "outOfMemory";
}

/// <summary>Names of the steps whose failure has its own exit code.</summary>
public static class FailureStep
{
    /// <summary>The command is not there: exit code 127.</summary>
    public const string CommandNotFound = "commandNotFound";
    /// <summary>The command is there and cannot be executed: exit code 126.</summary>
    public const string CommandNotExecutable = "commandNotExecutable";
    /// <summary>The working directory cannot be made or entered.</summary>
    public const string WorkingDirectory = "workingDirectory";
    /// <summary>The user or group is not in the container's files.</summary>
    public const string User = "user";
    /// <summary>A mount, its source or its target.</summary>
    public const string Mount = "mount";
    /// <summary>The configuration makes no sense; nothing was begun.</summary>
    public const string Configuration = "configuration";
    /// <summary>An exec, while the container is paused; nothing was begun.</summary>
    public const string Paused = "paused";
    /// <summary>Anything else.</summary>
    public const string Other = "other";
}
