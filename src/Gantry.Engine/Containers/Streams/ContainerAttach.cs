using System.Net.Sockets;
using Gantry.Engine.Logs;
using Gantry.Shim;
using Gantry.Shim.Logs;

namespace Gantry.Engine.Containers.Streams;

/// <summary>A client at a container's streams.</summary>
public sealed class ContainerAttach(ContainerStore store, ContainerEvents events)
{
    /// <summary>Checks an attach before the client's stream is taken over, while an error can still be answered.</summary>
    public Container Prepare(string reference, AttachOptions attach)
    {
        RequestedKeys.Parse(attach.DetachKeys);
        Container container = store.Find(reference);
        if (container.Status.Paused)
            throw GantryException.Conflict($"container {reference} is paused, unpause the container before attach");
        if (container.Status.Restarting)
            throw GantryException.Conflict($"container {reference} is restarting, wait until the container is running");
        if (attach.Logs) ContainerLogs.CheckReadable(container);
        return container;
    }

    /// <summary>Returns when the container has ended, the client has left, or the detach keys were typed.
    /// A container not yet started is waited for.</summary>
    public async Task RunAsync(Container container, AttachOptions attach, ClientStream client)
    {
        events.Publish(container, "attach");
        if (!attach.Stdin && !attach.Stdout && !attach.Stderr) return;
        if (attach.Stream) await AttachLiveAsync(container, attach, client);
        else if (attach.Logs) await ReplayLogAsync(container, attach, null, client);
    }

    /// <summary>
    /// The log first, then what comes, with nothing lost or doubled in between: the connection is made before the log is read,
    /// and says how far that is to be read.
    /// </summary>
    private async Task AttachLiveAsync(Container container, AttachOptions attach, ClientStream client)
    {
        ShimMessage request = new()
        {
            Type = ShimMessageType.Attach, Logs = attach.Logs,
            Stdin = attach.Stdin && container.Record.Config.OpenStdin, Stdout = attach.Stdout, Stderr = attach.Stderr,
        };
        LogEnd? past = null;
        using CancellationTokenSource left = CancellationTokenSource.CreateLinkedTokenSource(client.Gone);
        Task<LiveAttachment?> connecting =
            container.Attachments.WaitAsync(request, () => past = LogSettings.Reader(container).End(), left.Token);
        try
        {
            if (attach.Logs && past is not null) await ReplayLogAsync(container, attach, past, client);
            if (await connecting is not { } live) return;
            if (attach.Logs && past is null) await ReplayLogAsync(container, attach, live.LogEnd, client);
            DetachKeys? keys = container.Record.Config.Tty ? RequestedKeys.Parse(attach.DetachKeys) : null;
            StreamPump.End end = await StreamPump.RunAsync(live.Shim, client, request.Stdin, framed: !container.Record.Config.Tty, keys);
            if (end == StreamPump.End.Detached) events.Publish(container, "detach");
        }
        catch (Exception e) when (e is SocketException or GantryException { Kind: ErrorKind.Unavailable })
        {
            // The container ended in that moment: its log has all it wrote.
            if (attach.Logs && past is null && connecting.IsFaulted) await ReplayLogAsync(container, attach, null, client);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client left.
        }
        finally
        {
            await left.CancelAsync();
            if (connecting is { IsCompletedSuccessfully: true, Result: { } live }) await live.Shim.DisposeAsync();
        }
    }

    /// <param name="end">How far; null is all that there is.</param>
    private static async Task ReplayLogAsync(Container container, AttachOptions attach, LogEnd? end, ClientStream client)
    {
        LogQuery query = new() { Stdout = attach.Stdout, Stderr = attach.Stderr, End = end };
        await foreach (LogRecord record in LogSettings.Reader(container).ReadAsync(query, client.Gone))
        {
            await client.Output.WriteAsync(LogFrame.Encode(record, container.Record.Config.Tty, query), client.Gone);
        }
    }
}
