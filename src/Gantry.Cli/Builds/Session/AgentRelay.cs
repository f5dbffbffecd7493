using System.Net.Sockets;
using Gantry.Api.Sessions;

namespace Gantry.Cli.Builds.Session;

/// <summary>One connection of a build's command to an ssh agent of this machine's.</summary>
internal static class AgentRelay
{
    private const int PieceSize = 16 << 10;

    public static async Task RunAsync(string path, SessionStream stream, CancellationToken cancellation)
    {
        using Socket agent = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await agent.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task asked = AskAsync(agent, stream, over.Token), answered = AnswerAsync(agent, stream, over.Token);
        // When either has closed nothing more comes.
        await Task.WhenAny(asked, answered);
        await over.CancelAsync();
        await asked.Quietly();
        await answered.Quietly();
        await stream.EndAsync(cancellation);
    }

    private static async Task AskAsync(Socket agent, SessionStream stream, CancellationToken cancellation)
    {
        while (await stream.ReceiveAsync(cancellation) is { } message)
            for (ReadOnlyMemory<byte> rest = message; !rest.IsEmpty;)
                rest = rest[await agent.SendAsync(rest, SocketFlags.None, cancellation)..];
    }

    private static async Task AnswerAsync(Socket agent, SessionStream stream, CancellationToken cancellation)
    {
        byte[] piece = new byte[PieceSize];
        while (await agent.ReceiveAsync(piece, SocketFlags.None, cancellation) is > 0 and int count)
            await stream.SendAsync(piece.AsMemory(0, count), cancellation);
    }
}
