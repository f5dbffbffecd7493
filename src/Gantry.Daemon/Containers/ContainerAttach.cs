using Gantry.Daemon.Http;
using Gantry.Engine;
using Gantry.Engine.Containers;
using Gantry.Engine.Containers.Streams;

namespace Gantry.Daemon.Containers;

/// <summary>Takes the connection and ties it to the container's streams.</summary>
internal sealed class ContainerAttach(ContainerEngine containers)
{
    public async Task Handle(RequestContext context)
    {
        AttachOptions attach = new()
        {
            Stdin = context.Query.Bool("stdin"),
            Stdout = context.Query.Bool("stdout"),
            Stderr = context.Query.Bool("stderr"),
            Logs = context.Query.Bool("logs"),
            Stream = context.Query.Bool("stream"),
            DetachKeys = context.Query.Text("detachKeys"),
        };
        Container container = containers.Attach.Prepare(context["id"], attach);
        await context.HijackAsync(context.StreamType(container.Record.Config.Tty),
            client => containers.Attach.RunAsync(container, attach, client));
    }
}
