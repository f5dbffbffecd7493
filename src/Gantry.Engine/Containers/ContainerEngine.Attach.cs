using System.Net.Sockets;
using Gantry.Engine.Logs;
using Gantry.Shim;

namespace Gantry.Engine.Containers;

public sealed partial class ContainerEngine
{
    /// <summary>Checks an attach before the client's stream is taken over, while an error can still be answered.</summary>
    public Container PrepareAttach(string reference, AttachOptions attach)
    {
        DetachKeys.Parse(attach.DetachKeys);
        Container container = Store.Find(reference);
        if (container.Status.Paused) throw GantryException.Conflict($"container {reference} is paused, unpause the container before attach");
        if (container.Status.Restarting) throw GantryException.Conflict($"container {reference} is restarting, wait until the container is running");
        return container;
    }

    /// <summary>Returns when the container has ended, the client has left, or the detach keys were typed. A container not yet started is waited for.</summary>
    public async Task AttachAsync(Container container, AttachOptions attach, ClientStream client)
    {
        Publish(container, "attach");
        bool terminal = container.Record.Config.Tty;
        if (attach.Logs) await ReplayLogAsync(container, attach, client);
        if (!attach.Stream) return;
        ShimMessage request = new() { Type = ShimMessageType.Attach, Stdin = attach.Stdin && container.Record.Config.OpenStdin, Stdout = attach.Stdout, Stderr = attach.Stderr };
        try
        {
            await using ShimConnection? shim = await container.Attachments.WaitAsync(request, client.Gone);
            if (shim is null) return;
            DetachKeys? keys = terminal ? DetachKeys.Parse(attach.DetachKeys) : null;
            StreamPump.End end = await StreamPump.RunAsync(shim, client, request.Stdin, terminal, keys);
            if (end == StreamPump.End.Detached) Publish(container, "detach");
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The client left while it waited, or the container ended in that moment.
        }
    }

    private async Task ReplayLogAsync(Container container, AttachOptions attach, ClientStream client)
    {
        LogQuery query = new() { Stdout = attach.Stdout, Stderr = attach.Stderr };
        await foreach (LogRecord record in Logs(container.Id, query, client.Gone))
        {
            await client.Output.WriteAsync(LogFrame.Encode(record, container.Record.Config.Tty, query), client.Gone);
        }
    }
}
