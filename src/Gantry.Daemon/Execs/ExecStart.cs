using System.Buffers.Binary;
using System.Text;
using Gantry.Api.Execs;
using Gantry.Api.Wire;
using Gantry.Daemon.Http;
using Gantry.Engine.Containers;
using Gantry.Engine.Containers.Streams;
using Gantry.Engine.Execs;
using Gantry.Shim;

namespace Gantry.Daemon.Execs;

/// <summary>Starts an exec: in the background, or tied to the connection, which is taken over for it.</summary>
internal sealed class ExecStart(ExecEngine execs)
{
    public async Task Handle(RequestContext context)
    {
        ExecStartRequest request = await context.ReadJsonAsync(ApiJson.Wire.ExecStartRequest) ?? new ExecStartRequest();
        Exec exec = execs.PrepareStart(context["id"]);
        // How the answer is framed is this request's word, whatever the exec has for a terminal.
        ExecStartOptions start = new() { Detach = request.Detach, Framed = !request.Tty, Size = Size(context, request, exec.Config) };
        if (start.Detach)
        {
            await execs.StartAsync(exec, start);
            context.Status(200);
            return;
        }
        await context.HijackAsync(context.StreamType(request.Tty), client => TalkAsync(execs, exec, start, client));
    }

    private static (ushort, ushort) Size(RequestContext context, ExecStartRequest request, ExecConfig config) =>
        context.Version < new ApiVersion(1, 42) ? default
            : TerminalSize.Of((request.Tty ? request.ConsoleSize : null) ?? config.ConsoleSize);

    private async Task TalkAsync(ExecEngine execs, Exec exec, ExecStartOptions start, ClientStream client)
    {
        try
        {
            if (await execs.StartAsync(exec, start) is ShimConnection shim) await execs.StreamAsync(exec, start, shim, client);
        }
        catch (GantryException e)
        {
            // The head is sent, so the failure goes where the output would; clients then ask for the exit code.
            await client.Output.WriteAsync(Message(start.Framed, e.Message), CancellationToken.None);
        }
    }

    private static byte[] Message(bool framed, string text)
    {
        byte[] line = Encoding.UTF8.GetBytes(text + "\r\n");
        if (!framed) return line;
        byte[] frame = new byte[ShimFrame.HeaderSize + line.Length];
        frame[0] = ShimFrame.Stdout;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), line.Length);
        line.CopyTo(frame, ShimFrame.HeaderSize);
        return frame;
    }
}
