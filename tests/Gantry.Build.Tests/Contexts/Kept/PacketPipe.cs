using System.Threading.Channels;
using Gantry.Build.Transfer;

namespace Gantry.Build.Tests.Contexts.Kept;

/// <summary>Two ends of one transfer in memory, which can be cut after any number of packets.</summary>
internal sealed class PacketPipe(int cutAfter = int.MaxValue)
{
    private readonly Channel<byte[]> _toDaemon = Channel.CreateUnbounded<byte[]>(), _toClient = Channel.CreateUnbounded<byte[]>();
    private int _passed;

    public IPacketStream Daemon => new End(this, _toDaemon.Reader, _toClient.Writer);

    public IPacketStream Client => new End(this, _toClient.Reader, _toDaemon.Writer);

    /// <summary>Packets in both directions.</summary>
    public int Passed => _passed;

    /// <summary>How many contents were asked for.</summary>
    public int Asked { get; private set; }

    private void Pass(byte[] packet)
    {
        if (packet.AsSpan().StartsWith((byte[])[8, (byte)PacketKind.Request])) Asked++;
        if (Interlocked.Increment(ref _passed) <= cutAfter) return;
        GantryException gone = GantryException.Unavailable("the client has gone");
        _toDaemon.Writer.TryComplete(gone);
        _toClient.Writer.TryComplete(gone);
        throw gone;
    }

    private sealed class End(PacketPipe pipe, ChannelReader<byte[]> input, ChannelWriter<byte[]> output) : IPacketStream
    {
        public async ValueTask SendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellation)
        {
            pipe.Pass(packet.ToArray());
            await output.WriteAsync(packet.ToArray(), cancellation);
        }

        public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellation)
        {
            try
            {
                return await input.ReadAsync(cancellation);
            }
            catch (ChannelClosedException e)
            {
                return e.InnerException is { } reason ? throw reason : null;
            }
        }

        public ValueTask DisposeAsync()
        {
            output.TryComplete();
            return ValueTask.CompletedTask;
        }
    }
}
