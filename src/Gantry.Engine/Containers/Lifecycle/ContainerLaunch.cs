using System.Diagnostics;
using Gantry.Engine.Containers.Checks;
using Gantry.Engine.Containers.Connections;
using Gantry.Engine.Containers.Mounts;
using Gantry.Engine.Containers.Remains;
using Gantry.Linux.Processes;
using Gantry.Network.Endpoints;
using Gantry.Shim;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Containers.Lifecycle;

/// <summary>Makes a container run, or leaves nothing of the attempt.</summary>
public sealed class ContainerLaunch(ContainerBundle bundle, ContainerEndpoints endpoints, ContainerVolumes volumes,
    ISupervisors supervisors, ContainerRemains remains, ContainerErasure erasure, ContainerEvents events, ILogger log, TimeProvider time)
{
    private static readonly TimeSpan AbandonLimit = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The way of a start; the gate is held. What waits for the kernel on both sides runs side by side:
    /// <code>
    ///  engine: files, bundle ─▶ spawn shim ─┐              ┌▶ veth, address, route ─▶ ports ─┐            ┌▶ attachments ─▶ Start
    ///  shim:                                └▶ clone PID 1 ┴▶ mounts, pivot, look up command ┴▶ Created ──┘
    /// </code>
    /// The request may be gone by the time: a start, once begun, is finished or undone.
    /// </summary>
    /// <returns>Its supervisor, for whoever waits for the end.</returns>
    public async Task<IShimControl> RunAsync(Container container)
    {
        using Activity? operation = Phase.Start("start");
        operation?.SetTag("container", container.Id);
        IShimControl? shim = null;
        try
        {
            container.OomTold = false;
            // Before the change: it may take a while, and whoever else changes something waits for that.
            IReadOnlyList<Endpoint> allocated = endpoints.Allocate(container);
            container.Change(record => record with { Endpoints = allocated });
            if (container.Record.Mounts.Count > 0) await volumes.MountAsync(container);
            using (Phase.Start("write bundle")) bundle.Write(container);
            // Where an earlier end was hindered.
            if (await remains.EndIfAnyAsync(container) is { } left) throw ContainerRemains.Stay(container.Id, left);
            using (Phase.Start("spawn shim")) shim = await supervisors.SpawnAsync(container.Paths, NoticesOf(container));
            await FurnishAsync(container, shim);
            await container.Attachments.ConnectAsync(container);
            ShimMessage started;
            using (Phase.Start("start process")) started = await shim.StartAsync(CancellationToken.None);
            TellNotes(container, started);
            MarkRunning(container, shim, started.Pid);
            return shim;
        }
        catch (Exception met)
        {
            Exception failure = await StartReason.OfAsync(met, shim, time);
            await UndoAsync(container, shim, failure);
            throw Failure(failure);
        }
    }

    public ShimNotices NoticesOf(Container container) => new()
    {
        ExecExited = container.Execs.Ended,
        OutOfMemory = () =>
        {
            container.OomTold = true;
            events.Publish(container, "oom");
        },
    };

    private async Task FurnishAsync(Container container, IShimControl shim)
    {
        ShimMessage ready;
        using (Phase.Start("clone")) ready = await shim.WithinLimitAsync(shim.NamespacesReady);
        container.ChangeStatus(status => status with { Pid = ready.Pid });
        using (Phase.Start("network"))
            await NewbornReason.OverAsync(shim, () => endpoints.AttachAsync(container, ready.Pid), time);
        using (Phase.Start("publish ports")) endpoints.Publish(container);
        using Activity? init = Phase.Start("rootfs and mounts");
        ShimMessage created = await shim.WithinLimitAsync(shim.Created);
        ShimPhases.Record(created.Phases);
        TellNotes(container, created);
    }

    private void TellNotes(Container container, ShimMessage message)
    {
        foreach (string note in message.Notes ?? []) log.LessThanAsked(container.Id, note);
    }

    private void MarkRunning(Container container, IShimControl shim, int pid)
    {
        container.Shim = shim;
        if (container.Ended.Task.IsCompleted) container.Ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        container.ChangeStatus(status => status with
        {
            Running = true, Restarting = false, Paused = false, OomKilled = false, Pid = pid > 0 ? pid : status.Pid, ExitCode = 0,
            Error = "", StartedAt = time.GetUtcNow(),
        });
        using (Phase.Start("save")) container.Save(durable: false);
        events.Publish(container, "start");
    }

    private async Task UndoAsync(Container container, IShimControl? shim, Exception failure)
    {
        if (shim is not null)
        {
            await AbandonAsync(shim);
            await remains.EndIfAnyAsync(container);
        }
        endpoints.Release(container);
        await volumes.UnmountAsync(container);
        container.Attachments.Abandon();
        remains.DeleteBundle(container.Paths);
        ExitStatus exit = new()
        {
            Code = failure is ShimFailureException { Step: var step } ? ExitCode(step) : 128, At = time.GetUtcNow(),
        };
        container.ChangeStatus(status => status with
        {
            Running = false, Restarting = false, Pid = 0, ExitCode = exit.Code, Error = Failure(failure).Message,
        });
        container.Save(durable: false);
        container.Waiters.CompleteExit(exit);
        if (container.HostConfig.AutoRemove) erasure.RunAfterExit(container, exit);
    }

    /// <summary>Nobody was told that it runs.</summary>
    public static async Task AbandonAsync(IShimControl shim)
    {
        try
        {
            await shim.SignalAsync(Signals.Kill, all: true).WaitAsync(AbandonLimit);
            await shim.Exited.WaitAsync(AbandonLimit);
        }
        catch (Exception e) when (ShimFailureException.IsExpected(e))
        {
            // It is gone already, or never got as far as a process; its own clean-up follows.
        }
        await shim.DisposeAsync();
    }

    /// <summary>What a shell would say: 127 not found, 126 found and not executable.</summary>
    private static int ExitCode(string step) => step switch
    {
        FailureStep.CommandNotFound => 127,
        FailureStep.CommandNotExecutable => 126,
        _ => 128,
    };

    /// <summary>Clients tell 126 and 127 by words in this text, so the runtime's own are kept inside Docker's frame.</summary>
    private static GantryException Failure(Exception failure) => failure switch
    {
        ShimFailureException shim =>
            new GantryException(RefusedValue.Is(shim) ? ErrorKind.InvalidArgument : ErrorKind.Internal, Framed(shim), shim),
        GantryException known => known,
        _ => GantryException.Internal(failure.Message, failure),
    };

    private static string Framed(ShimFailureException failure) => $"failed to create task for container: {failure.Message}";
}
