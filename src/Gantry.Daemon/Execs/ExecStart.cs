using System.Buffers.Binary;
using System.Text;
using Gantry.Api;
using Gantry.Daemon.Http;
using Gantry.Engine.Containers;
using Gantry.Engine.Execs;
using Gantry.Shim;

namespace Gantry.Daemon.Execs;

/// <summary>Starts an exec: in the background, or tied to the connection, which is taken over for it.</summary>
internal static class ExecStart
{
    public static async Task Handle(RequestContext context)
    {
        ExecStartRequest request = await context.ReadJsonAsync(ApiJson.Wire.ExecStartRequest) ?? new ExecStartRequest();
        Exec exec = context.Services.Execs.PrepareStart(context["id"]);
        (ushort, ushort) size = TerminalSize.Of(request.ConsoleSize ?? exec.Config.ConsoleSize);
        if (request.Detach)
        {
            await context.Services.Execs.StartAsync(exec, detach: true, size);
            context.Status(200);
            return;
        }
        await context.HijackAsync(context.StreamType(exec.Config.Tty), client => TalkAsync(context.Services.Execs, exec, size, client));
    }

    private static async Task TalkAsync(ExecEngine execs, Exec exec, (ushort, ushort) size, ClientStream client)
    {
        try
        {
            if (await execs.StartAsync(exec, detach: false, size) is ShimConnection shim) await execs.StreamAsync(exec, shim, client);
        }
        catch (GantryException e)
        {
            // The head is sent, so the failure goes where the output would; clients then ask for the exit code.
            await client.Output.WriteAsync(Message(exec.Config.Tty, e.Message), CancellationToken.None);
        }
    }

    private static byte[] Message(bool terminal, string text)
    {
        byte[] line = Encoding.UTF8.GetBytes(text + "\r\n");
        if (terminal) return line;
        byte[] frame = new byte[ShimFrame.HeaderSize + line.Length];
        frame[0] = ShimFrame.Stdout;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), line.Length);
        line.CopyTo(frame, ShimFrame.HeaderSize);
        return frame;
    }
}
