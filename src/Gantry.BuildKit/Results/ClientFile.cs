using Gantry.BuildKit.Protocol.FileApi;
using Gantry.BuildKit.Sessions;
using Google.Protobuf;

namespace Gantry.BuildKit.Results;

/// <summary>A file that the client of a session writes: an archive.</summary>
public sealed class ClientFile : WriteOnlyStream
{
    /// <summary>Bytes of a message.</summary>
    private const int PieceSize = 256 << 10;

    private readonly PacketCall _call;
    private readonly CancellationToken _cancellation;
    private readonly byte[] _piece = new byte[PieceSize];
    private int _length;

    private ClientFile(PacketCall call, CancellationToken cancellation) => (_call, _cancellation) = (call, cancellation);

    /// <summary>Bytes that were given.</summary>
    public long Sent { get; private set; }

    /// <param name="index">The result's number among those that the client has asked for.</param>
    /// <param name="write">Writes the content, and blocks.</param>
    /// <exception cref="GantryException">Unsupported: the client takes none; otherwise why it has not taken all of it, in its words.
    /// </exception>
    public static async Task<long> WriteAsync(ClientSession session, int index, Action<Stream> write, CancellationToken cancellation)
    {
        await using PacketCall call = session.OpenResult(index, cancellation);
        ClientFile file = new(call, cancellation);
        await Task.Factory.StartNew(() =>
        {
            write(file);
            file.Send();
        }, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await call.CompleteAsync();
        while (await call.ReceiveAsync(cancellation) is not null) { }
        return file.Sent;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_length == PieceSize) Send();
            int count = Math.Min(buffer.Length, PieceSize - _length);
            buffer[..count].CopyTo(_piece.AsSpan(_length));
            _length += count;
            buffer = buffer[count..];
        }
    }

    private void Send()
    {
        if (_length == 0) return;
        byte[] message = new BytesMessage { Data = UnsafeByteOperations.UnsafeWrap(_piece.AsMemory(0, _length)) }.ToByteArray();
        _call.SendAsync(message, _cancellation).AsTask().GetAwaiter().GetResult();
        Sent += _length;
        _length = 0;
    }
}
