using System.Collections.Concurrent;
using System.Diagnostics;
using Gantry.Api;
using Gantry.Engine.Containers;
using Gantry.Engine.Containers.Bundle;
using Gantry.Engine.Events;
using Gantry.Engine.Security;
using Gantry.Oci.Runtime;
using Gantry.Shim;

namespace Gantry.Engine.Execs;

/// <summary>Processes added to running containers.</summary>
public sealed class ExecEngine(ContainerStore containers, EventBus events)
{
    private readonly ConcurrentDictionary<string, WeakReference<Exec>> execs = new();

    /// <exception cref="GantryException">NotFound, InvalidArgument without a command, Conflict when the container cannot run it now.</exception>
    public string Create(string container, ExecConfig config)
    {
        Container target = containers.Find(container);
        CheckRunning(target);
        if (config.Cmd.Count == 0) throw GantryException.Invalid("No exec command specified");
        DetachKeys.Parse(config.DetachKeys);
        Exec exec = new(ContainerId.New(), target, config);
        target.Execs.Add(exec);
        ForgetCollected();
        execs[exec.Id] = new WeakReference<Exec>(exec);
        Publish(exec, "exec_create: " + string.Join(' ', config.Cmd));
        return exec.Id;
    }

    public Exec Find(string id) => execs.TryGetValue(id, out WeakReference<Exec>? held) && held.TryGetTarget(out Exec? exec) && exec.Container.Execs.Find(id) is not null
        ? exec
        : throw GantryException.NotFound($"No such exec instance: {id}");

    /// <summary>Checks a start before the client's stream is taken over.</summary>
    public Exec PrepareStart(string id)
    {
        Exec exec = Find(id);
        CheckRunning(exec.Container);
        if (exec.Exited.IsCompleted || exec.Running) throw GantryException.Conflict($"exec {exec.Id} has already run");
        return exec;
    }

    /// <summary>Starts it, and the process runs when this returns; then <see cref="StreamAsync"/> carries its streams.</summary>
    /// <param name="detach">No streams at all.</param>
    /// <param name="size">Rows and columns of the terminal, when known.</param>
    /// <exception cref="GantryException">InvalidArgument in words by which clients tell 126 from 127.</exception>
    public async Task<ShimConnection?> StartAsync(Exec exec, bool detach, (ushort Rows, ushort Columns) size)
    {
        if (!exec.TryStart()) throw GantryException.Conflict($"exec {exec.Id} has already run");
        using Activity? operation = Phase.Start("exec");
        operation?.SetTag("container", exec.Container.Id);
        ShimMessage request = Request(exec, detach, size);
        Publish(exec, "exec_start: " + string.Join(' ', exec.Config.Cmd));
        ShimConnection shim;
        using (Phase.Start("connect")) shim = await ShimConnection.ConnectAsync(exec.Container.Paths.Socket);
        try
        {
            await shim.SendAsync(request);
            ShimFrameRead answer;
            using (Phase.Start("join and start")) answer = await shim.ReadAsync();
            if (answer.Message is not { Type: ShimMessageType.Started } started) throw Failure(exec, answer.Message);
            ShimPhases.Record(started.Phases);
            exec.Pid = started.Pid;
            exec.Running = !exec.Exited.IsCompleted;
            if (!detach) return shim;
        }
        catch
        {
            await shim.DisposeAsync();
            throw;
        }
        await shim.DisposeAsync();
        return null;
    }

    /// <summary>Carries the streams until the process has ended or the client has left.</summary>
    public async Task StreamAsync(Exec exec, ShimConnection shim, ClientStream client)
    {
        await using (shim)
        {
            DetachKeys? keys = exec.Config.Tty ? DetachKeys.Parse(exec.Config.DetachKeys) : null;
            StreamPump.End end = await StreamPump.RunAsync(shim, client, exec.Config.AttachStdin, exec.Config.Tty, keys,
                exit => Ended(exec, exit));
            if (end == StreamPump.End.Detached) Publish(exec, "exec_detach");
        }
    }

    /// <summary>Told by an exec's own connection or by the container's control connection, whichever is first.</summary>
    public void Ended(Exec exec, ExitStatus exit)
    {
        if (exec.Exited.IsCompleted) return;
        exec.Container.Execs.Ended(exec.Id, exit);
        Publish(exec, "exec_die", ("exitCode", exit.Code.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    public async Task ResizeAsync(string id, ushort rows, ushort columns, CancellationToken cancellation)
    {
        Exec exec = Find(id);
        if (exec.Container.Shim is not { } shim || !exec.Running) throw GantryException.Conflict($"exec {id} is not running");
        await shim.ResizeAsync(rows, columns, exec.Id, cancellation);
    }

    public ExecInspect Inspect(string id)
    {
        Exec exec = Find(id);
        return new ExecInspect
        {
            ID = exec.Id,
            Running = exec.Running,
            ExitCode = exec.ExitCode,
            Pid = exec.Running ? exec.Pid : 0,
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

    private static ShimMessage Request(Exec exec, bool detach, (ushort Rows, ushort Columns) size) => new()
    {
        Type = ShimMessageType.Exec,
        ExecId = exec.Id,
        Process = Process(exec),
        Stdin = !detach && exec.Config.AttachStdin,
        Stdout = !detach && (exec.Config.AttachStdout || exec.Config.Tty),
        Stderr = !detach && exec.Config.AttachStderr,
        Rows = size.Rows,
        Columns = size.Columns,
    };

    private static OciProcess Process(Exec exec)
    {
        Api.ContainerConfig config = exec.Container.Record.Config;
        HostConfig host = exec.Container.HostConfig;
        List<string> environment = BundleProcess.Environment(config);
        if (exec.Config.Tty) BundleProcess.Merge(environment, ["TERM=xterm"]);
        BundleProcess.Merge(environment, exec.Config.Env);
        IReadOnlyList<string> capabilities = CapabilitySet.Resolve(host.Privileged || exec.Config.Privileged, host.CapAdd, host.CapDrop);
        string directory = exec.Config.WorkingDir.Length > 0 ? exec.Config.WorkingDir : config.WorkingDir;
        return new OciProcess
        {
            Terminal = exec.Config.Tty,
            User = BundleProcess.User(exec.Config.User.Length > 0 ? exec.Config.User : config.User, host),
            Args = exec.Config.Cmd,
            Env = environment,
            Cwd = directory.Length > 0 ? BindSpec.CleanPath(directory) : "/",
            Capabilities = BundleProcess.Sets(capabilities),
            NoNewPrivileges = SecurityOptions.Parse(host.SecurityOpt).NoNewPrivileges,
            OomScoreAdj = host.OomScoreAdj,
        };
    }

    /// <summary>The exec is over before it began, with the exit code that a shell would give.</summary>
    private GantryException Failure(Exec exec, ShimMessage? answer)
    {
        int code = answer?.Step switch
        {
            FailureStep.CommandNotFound => 127,
            FailureStep.CommandNotExecutable => 126,
            _ => 255,
        };
        Ended(exec, new ExitStatus { Code = code, At = DateTimeOffset.UtcNow });
        string reason = answer?.Error ?? "the container's supervisor closed the connection";
        ErrorKind kind = answer?.Step is null or FailureStep.Other ? ErrorKind.Internal : ErrorKind.InvalidArgument;
        return new GantryException(kind, $"OCI runtime exec failed: exec failed: {reason}");
    }

    private static void CheckRunning(Container container)
    {
        if (container.Status.Paused) throw GantryException.Conflict($"Container {container.Id} is paused, unpause the container before exec");
        if (container.Status.Restarting) throw GantryException.Conflict($"Container {container.Id} is restarting, wait until the container is running");
        if (!container.Status.Running) throw GantryException.Conflict($"container {container.Id} is not running");
    }

    private void ForgetCollected()
    {
        if (execs.Count < 1024) return;
        foreach ((string id, WeakReference<Exec> held) in execs)
        {
            if (!held.TryGetTarget(out _)) execs.TryRemove(id, out _);
        }
    }

    private void Publish(Exec exec, string action, params ReadOnlySpan<(string Key, string Value)> attributes)
    {
        Dictionary<string, string> all = new(exec.Container.Record.Config.Labels)
        {
            ["execID"] = exec.Id,
            ["image"] = exec.Container.Record.Config.Image,
            ["name"] = exec.Container.Name,
        };
        foreach ((string key, string value) in attributes) all[key] = value;
        events.Publish(EventType.Container, action, exec.Container.Id, all);
    }
}
