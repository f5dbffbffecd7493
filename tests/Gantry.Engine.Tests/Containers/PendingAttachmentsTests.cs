using System.Net.Sockets;
using Gantry.Api.Containers;
using Gantry.Engine.Containers;
using Gantry.Shim;

namespace Gantry.Engine.Tests.Containers;

/// <summary>Attaching to a supervisor that is slow.</summary>
public sealed class PendingAttachmentsTests : IDisposable
{
    private static readonly ShimMessage Attach = new() { Type = ShimMessageType.Attach, Stdout = true };

    /// <summary>Short: an address of a socket is.</summary>
    private readonly string _root = Directory.CreateTempSubdirectory("g-").FullName;
    private readonly List<Socket> _sockets = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _sockets.ForEach(static socket => socket.Dispose());
        Directory.Delete(_root, recursive: true);
    }

    /// <param name="full">It takes no connection; otherwise it takes one and does not answer.</param>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AClientThatLeavesWaitsForItNoLonger(bool full)
    {
        Container container = NewContainer();
        await ListenAsync(container.Paths, full);
        await container.Attachments.ConnectAsync(container);
        using CancellationTokenSource left = new();
        Task<LiveAttachment?> attaching = container.Attachments.WaitAsync(Attach, () => { }, left.Token);
        Assert.False(attaching.IsCompleted);
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attaching.WaitAsync(TimeSpan.FromSeconds(5), Cancellation));
    }

    /// <summary>Nor does the start of its container, which connects those who attached before.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AStartWaitsForItNoLongerThanTheClientThere(bool full)
    {
        Container container = NewContainer();
        using CancellationTokenSource left = new();
        Task<LiveAttachment?> attaching = container.Attachments.WaitAsync(Attach, () => { }, left.Token);
        await ListenAsync(container.Paths, full);
        Task start = container.Attachments.ConnectAsync(container);
        Assert.False(start.IsCompleted);
        await left.CancelAsync();
        await start.WaitAsync(TimeSpan.FromSeconds(5), Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attaching);
    }

    private Container NewContainer()
    {
        string id = RandomId.New();
        return new Container(new ContainerRecord
        {
            Id = id, Name = "web", Created = DateTimeOffset.UnixEpoch, Path = "true", Args = [], Config = new ContainerConfig(), Image = "",
            Driver = "overlay2", Mounts = [],
        }, new HostConfig(), new ContainerPaths(_root, _root, id));
    }

    private async Task ListenAsync(ContainerPaths paths, bool full)
    {
        Directory.CreateDirectory(paths.Bundle);
        UnixDomainSocketEndPoint address = new(paths.Socket);
        Socket listener = NewSocket();
        listener.Bind(address);
        listener.Listen(full ? 1 : 100);
        while (full)
        {
            try
            {
                await NewSocket().ConnectAsync(address, Cancellation);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
            {
                return;
            }
        }
    }

    private Socket NewSocket()
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _sockets.Add(socket);
        return socket;
    }
}
