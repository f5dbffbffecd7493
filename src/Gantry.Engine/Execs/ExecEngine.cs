using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Gantry.Api.Execs;
using Gantry.Engine.Containers;
using Gantry.Engine.Containers.Streams;
using Gantry.Engine.Events;
using Gantry.Linux;
using Gantry.Oci.Runtime;
using Gantry.Shim;
using Gantry.Workloads.Bundle;

namespace Gantry.Engine.Execs;

/// <summary>Processes added to running containers.</summary>
/// <param name="defaultRlimits">The daemon's, for containers that name none.</param>
public sealed class ExecEngine(ContainerStore containers, IReadOnlyList<OciRlimit> defaultRlimits, EventBus bus,
    TimeProvider? time = null)
{
    private readonly ConcurrentDictionary<string, WeakReference<Exec>> _execs = new();
    private readonly ContainerEvents _events = new(bus);
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <exception cref="GantryException">NotFound, InvalidArgument without a command,
    /// Conflict when the container cannot run it now.</exception>
    public string Create(string container, ExecConfig config)
    {
        Container target = containers.Find(container);
        CheckRunning(target, container);
        if (config.Cmd.Count == 0) throw GantryException.Invalid("No exec command specified");
        if (config.Env?.Find(variable => variable.Length == 0 || variable[0] == '=') is { } nameless)
            throw GantryException.Invalid($"invalid environment variable: {nameless}");
        RequestedKeys.Parse(config.DetachKeys, "escape");
        Exec exec = new(RandomId.New(), target, config, Died);
        target.Execs.Add(exec);
        ForgetCollected();
        _execs[exec.Id] = new WeakReference<Exec>(exec);
        Publish(exec, $"exec_create: {Command(config)}");
        return exec.Id;
    }

    public Exec Find(string id) =>
        _execs.TryGetValue(id, out WeakReference<Exec>? held) && held.TryGetTarget(out Exec? exec)
            && exec.Container.Execs.Find(id) is not null
        ? exec
        : throw GantryException.NotFound($"No such exec instance: {id}");

    /// <summary>Checks a start before the client's stream is taken over.</summary>
    public Exec PrepareStart(string id)
    {
        Exec exec = Find(id);
        if (exec.Exited.IsCompleted) throw GantryException.Conflict($"Error: Exec command {exec.Id} has already run");
        if (exec.Started) throw AlreadyRunning(exec);
        CheckRunning(exec.Container, exec.Container.Id);
        return exec;
    }

    private static GantryException AlreadyRunning(Exec exec) =>
        GantryException.Conflict($"Error: Exec command {exec.Id} is already running");

    /// <summary>As Docker writes it into events: a command alone ends in a space.</summary>
    private static string Command(ExecConfig config) => $"{config.Cmd[0]} {string.Join(' ', config.Cmd.Skip(1))}";

    /// <summary>Starts it, and the process runs when this returns; then <see cref="StreamAsync"/> carries its streams.</summary>
    /// <exception cref="GantryException">InvalidArgument in words by which clients tell 126 from 127.</exception>
    public async Task<ShimConnection?> StartAsync(Exec exec, ExecStartOptions start)
    {
        if (!exec.TryStart()) throw AlreadyRunning(exec);
        using Activity? operation = Phase.Start("exec");
        operation?.SetTag("container", exec.Container.Id);
        Publish(exec, $"exec_start: {Command(exec.Config)}");
        // The container may end and be started again meanwhile.
        IShimControl? supervisor = exec.Container.Shim;
        ShimConnection? shim = null;
        try
        {
            using (Phase.Start("connect")) shim = await ShimConnection.ConnectWhenFreeAsync(exec.Container.Paths.Socket);
            await shim.SendAsync(Request(exec, start));
            ShimFrameRead answer;
            using (Phase.Start("join and start")) answer = await shim.ReadAnswerAsync();
            if (answer.Message is not { Type: ShimMessageType.Started } started) throw ExecFailure.Of(answer.Message, exec.Container.Id);
            ShimPhases.Record(started.Phases);
            exec.Runs(started.Pid);
            if (!start.Detach) return shim;
        }
        catch (Exception e)
        {
            if (shim is not null) await shim.DisposeAsync();
            throw await NotStartedAsync(exec, supervisor, e);
        }
        await shim.DisposeAsync();
        return null;
    }

    /// <summary>It is over before it began, with the exit code that a shell would give.</summary>
    private async Task<Exception> NotStartedAsync(Exec exec, IShimControl? supervisor, Exception e)
    {
        ExecFailure? failure = e as ExecFailure;
        exec.Container.Execs.Ended(exec.Id,
            new ExitStatus { Code = failure?.ExitCode ?? ExecFailure.CannotBeInvoked, At = _time.GetUtcNow() });
        bool unreached = e is SocketException or KernelException;
        bool ended = (unreached || failure?.Error.Kind is ErrorKind.Internal or ErrorKind.Unavailable)
            && await HasEndedAsync(exec.Container, supervisor);
        if (ended) return GantryException.Conflict($"container {exec.Container.Id} is not running");
        return unreached ? Unreached(exec.Container, e) : failure?.Error ?? e;
    }

    /// <summary>Somebody removed its socket.</summary>
    private static GantryException Unreached(Container container, Exception e) => new(ErrorKind.Unavailable,
        $"container {container.Id} runs, but its supervisor cannot be reached: connect {container.Paths.Socket}: {e.Message}", e);

    /// <summary>What an exec fails by when its container ends under it has many names: namespaces or a cgroup that are gone,
    /// a connection that is closed.</summary>
    private static async Task<bool> HasEndedAsync(Container container, IShimControl? supervisor) =>
        supervisor is null || container.Shim != supervisor || await LivingContainer.HasEndedAsync(container, supervisor);

    /// <summary>Carries the streams until the process has ended or the client has left: who sees their end and asks for the exit code,
    /// as clients do at once, finds it.</summary>
    public async Task StreamAsync(Exec exec, ExecStartOptions start, ShimConnection shim, ClientStream client)
    {
        DetachKeys? keys = exec.Config.Tty ? RequestedKeys.Parse(exec.Config.DetachKeys) : null;
        StreamPump.End end = await StreamPump.RunAsync(shim, client, exec.Config.AttachStdin, start.Framed, keys,
            exit => exec.Container.Execs.Ended(exec.Id, exit));
        if (end == StreamPump.End.Detached) Publish(exec, "exec_detach");
        // The connection may break without a word: with a supervisor that was killed, the exec ends when the container does.
        Task exited = exec.Exited;
        if (end == StreamPump.End.Finished) await exited.WaitAsync(client.Gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Died(Exec exec, ExitStatus exit) =>
        Publish(exec, "exec_die", ("exitCode", exit.Code.ToString(CultureInfo.InvariantCulture)));

    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(10);

    /// <summary>Tells its terminal the size. One that is about to start is waited for: clients tell the first size while it does.</summary>
    public async Task ResizeAsync(string id, ushort rows, ushort columns, CancellationToken cancellation)
    {
        Exec exec = Find(id);
        // Nothing starts in there meanwhile.
        if (!exec.Started && exec.Container.Status.Paused) throw ExecFailure.Paused(exec.Container.Id);
        try
        {
            await exec.Ready.WaitAsync(ReadyLimit, cancellation);
        }
        catch (TimeoutException)
        {
            throw GantryException.Conflict("timeout waiting for exec session ready");
        }
        if (!exec.Running || exec.Container.Shim is not { } shim) throw GantryException.NotFound("no such exec");
        try
        {
            await shim.ResizeAsync(rows, columns, exec.Id, cancellation);
        }
        catch (ShimFailureException e) when (!exec.Running || e.IsNoSuchExec)
        {
            // It has ended, and word of that may still be on the way.
            throw GantryException.NotFound("no such exec");
        }
    }

    public ExecInspect Inspect(string id)
    {
        Exec exec = Find(id);
        return new ExecInspect
        {
            ID = exec.Id,
            Running = exec.Running,
            ExitCode = exec.ExitCode,
            Pid = exec.Pid,
            OpenStdin = exec.Config.AttachStdin,
            OpenStdout = exec.Config.AttachStdout,
            OpenStderr = exec.Config.AttachStderr,
            CanRemove = false,
            ContainerID = exec.Container.Id,
            DetachKeys = exec.Config.DetachKeys,
            ProcessConfig = new ExecProcessConfig
            {
                Tty = exec.Config.Tty,
                Entrypoint = exec.Config.Cmd[0],
                Arguments = exec.Config.Cmd[1..],
                Privileged = exec.Config.Privileged,
                User = exec.Config.User,
            },
        };
    }

    private ShimMessage Request(Exec exec, ExecStartOptions start) => new()
    {
        Type = ShimMessageType.Exec,
        ExecId = exec.Id,
        Process = BundleProcess.Build(ExecCommand.Of(exec, start.Size, defaultRlimits)),
        Stdin = !start.Detach && exec.Config.AttachStdin,
        Stdout = !start.Detach && (exec.Config.AttachStdout || exec.Config.Tty),
        // Without frames nothing tells it from the output, so it is left out, as Docker does.
        Stderr = !start.Detach && exec.Config.AttachStderr && start.Framed,
    };

    /// <param name="reference">As the caller calls it.</param>
    private static void CheckRunning(Container container, string reference)
    {
        if (container.Status.Paused) throw ExecFailure.Paused(reference);
        if (container.Status.Restarting)
            throw GantryException.Conflict($"Container {container.Id} is restarting, wait until the container is running");
        if (!container.Status.Running) throw GantryException.Conflict($"container {container.Id} is not running");
    }

    private void ForgetCollected()
    {
        if (_execs.Count < 1024) return;
        foreach ((string id, WeakReference<Exec> held) in _execs)
        {
            if (!held.TryGetTarget(out _)) _execs.TryRemove(id, out _);
        }
    }

    private void Publish(Exec exec, string action, params ReadOnlySpan<(string Key, string Value)> attributes) =>
        _events.Publish(exec.Container, action, [("execID", exec.Id), .. attributes]);
}
