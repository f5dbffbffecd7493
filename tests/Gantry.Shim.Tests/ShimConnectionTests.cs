using System.Net.Sockets;

namespace Gantry.Shim.Tests;

public sealed class ShimConnectionTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-connect-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task AFullQueueOfConnectionsIsNotTheShimsEnd()
    {
        string path = Path.Combine(_directory, "s");
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        List<Socket> waiting = [];
        try
        {
            while (await TryConnectAsync(path) is { } socket) waiting.Add(socket);
            Task<ShimConnection> connecting = ShimConnection.ConnectWhenFreeAsync(path, TestContext.Current.CancellationToken).AsTask();
            Assert.False(connecting.IsCompleted);
            using Socket accepted = await listener.AcceptAsync(TestContext.Current.CancellationToken);
            await using ShimConnection connection = await connecting;
        }
        finally
        {
            foreach (Socket socket in waiting) socket.Dispose();
        }
    }

    private static async Task<Socket?> TryConnectAsync(string path)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), TestContext.Current.CancellationToken);
            return socket;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
        {
            socket.Dispose();
            return null;
        }
    }
}
