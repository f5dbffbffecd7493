using Gantry.Daemon.Http;
using Gantry.Engine.Containers;

namespace Gantry.Daemon.Containers;

/// <summary>Takes the connection and ties it to the container's streams.</summary>
internal static class ContainerAttach
{
    public static async Task Handle(RequestContext context)
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
        Container container = context.Services.Containers.PrepareAttach(context["id"], attach);
        await context.HijackAsync(context.StreamType(container.Record.Config.Tty),
            client => context.Services.Containers.AttachAsync(container, attach, client));
    }
}
