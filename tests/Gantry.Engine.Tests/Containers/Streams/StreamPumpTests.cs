using System.Net.Sockets;
using Gantry.Engine.Containers.Streams;
using Gantry.Shim;

namespace Gantry.Engine.Tests.Containers.Streams;

public sealed class StreamPumpTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-pump-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>Its process does not read its stdin: the pump waits for the supervisor, and the client is gone all the same.</summary>
    [Fact]
    public async Task AClientThatVanishesWhileItsInputIsStuckIsLetGo()
    {
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_directory + "/shim.sock"));
        listener.Listen();
        ShimConnection shim = await ShimConnection.ConnectAsync(_directory + "/shim.sock", TestContext.Current.CancellationToken);
        using Socket deaf = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        using CancellationTokenSource gone = new();
        EndlessInput input = new();
        Task<StreamPump.End> pump = StreamPump.RunAsync(shim, new ClientStream(input, Stream.Null, gone.Token), stdin: true,
            framed: true, detach: null);
        await input.IsStuckAsync();
        await gone.CancelAsync();
        Assert.Equal(StreamPump.End.ClientGone, await pump.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    /// <summary>Zeros without end.</summary>
    private sealed class EndlessInput : MemoryStream
    {
        private int _reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _reads);
            return ValueTask.FromResult(buffer.Length);
        }

        /// <summary>Nobody has asked for more for a while.</summary>
        public async Task IsStuckAsync()
        {
            for (int before = -1; before != Volatile.Read(ref _reads); await Task.Delay(200)) before = Volatile.Read(ref _reads);
        }
    }
}
