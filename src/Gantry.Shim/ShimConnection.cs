using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Shim;

/// <summary>The daemon's end of one connection to a shim.</summary>
/// <remarks>Any number may send at once; one reads. Disposal closes the connection and ends a pending read as
/// <see cref="ShimFrameRead.End"/>.</remarks>
public sealed class ShimConnection : IAsyncDisposable
{
    /// <summary>As long as the slowest of what the shim waits for itself.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(6);

    private readonly Socket _socket;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private byte[] _buffer = new byte[4096];
    private int _start, _end;
    private volatile bool _disposed;

    public ShimConnection(Socket socket) => _socket = socket;

    /// <summary>How long a shim with a full queue of connections is asked again. The kernel does not say when there is room.</summary>
    private static readonly TimeSpan FullLimit = TimeSpan.FromSeconds(10), FullPause = TimeSpan.FromMilliseconds(10);

    /// <summary>As <see cref="ConnectAsync"/>, and a queue that is full for a moment (EAGAIN) is waited for.</summary>
    /// <exception cref="SocketException">Nobody listens there: the shim has ended.</exception>
    /// <exception cref="GantryException">Internal: it lives and takes no connection.</exception>
    public static async ValueTask<ShimConnection> ConnectWhenFreeAsync(string socketPath, CancellationToken cancellation = default)
    {
        for (long start = Stopwatch.GetTimestamp(); ; await Task.Delay(FullPause, cancellation))
        {
            try
            {
                return await ConnectAsync(socketPath, cancellation);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.TryAgain)
            {
                if (Stopwatch.GetElapsedTime(start) > FullLimit)
                    throw GantryException.Internal($"connect {socketPath}: the container's supervisor has taken no connection for 10 s", e);
            }
        }
    }

    /// <exception cref="SocketException">Nobody listens there: the shim has ended. WouldBlock: it lives, its queue is full.</exception>
    public static async ValueTask<ShimConnection> ConnectAsync(string socketPath, CancellationToken cancellation = default)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // An address holds 107 bytes; a longer path is reached through its open directory.
            using SafeFileDescriptor? directory = Encoding.UTF8.GetByteCount(socketPath) > 107
                ? LinuxFile.OpenDirectory(Path.GetDirectoryName(socketPath)!) : null;
            string reachable = directory is null ? socketPath : $"{directory.ProcPath}/{Path.GetFileName(socketPath)}";
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(reachable), cancellation);
            return new ShimConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public ValueTask SendAsync(ShimMessage message, CancellationToken cancellation = default) =>
        SendDataAsync(ShimFrame.Message, JsonSerializer.SerializeToUtf8Bytes(message, ShimJson.Default.ShimMessage), cancellation);

    /// <summary>Sends <paramref name="data"/> in as many frames as it needs.</summary>
    /// <exception cref="SocketException">The shim has closed the connection.</exception>
    public async ValueTask SendDataAsync(byte kind, ReadOnlyMemory<byte> data, CancellationToken cancellation = default)
    {
        await _sending.WaitAsync(cancellation);
        try
        {
            do
            {
                ReadOnlyMemory<byte> part = data[..Math.Min(data.Length, ShimFrame.MaxPayload)];
                data = data[part.Length..];
                byte[] frame = new byte[ShimFrame.HeaderSize + part.Length];
                frame[0] = kind;
                BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), (uint)part.Length);
                part.CopyTo(frame.AsMemory(ShimFrame.HeaderSize));
                // A frame cut in the middle would make the rest of the stream unreadable, so a started one is not cancelled.
                for (int sent = 0; sent < frame.Length;) sent += await _socket.SendAsync(frame.AsMemory(sent), CancellationToken.None);
            }
            while (!data.IsEmpty);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Reads the answer to the first message, for which the shim may have to make a process.</summary>
    /// <exception cref="GantryException">Unavailable: there is none, and the connection is of no use any more.</exception>
    public async Task<ShimFrameRead> ReadAnswerAsync(CancellationToken cancellation = default)
    {
        try
        {
            return await ReadAsync(cancellation).AsTask().WaitAsync(AnswerLimit, cancellation);
        }
        catch (TimeoutException e)
        {
            throw new GantryException(ErrorKind.Unavailable,
                $"the container's supervisor has not answered for {AnswerLimit.TotalMinutes} minutes", e);
        }
    }

    public async ValueTask<ShimFrameRead> ReadAsync(CancellationToken cancellation = default)
    {
        if (!await FillAsync(ShimFrame.HeaderSize, cancellation)) return ShimFrameRead.Ended;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start + 4));
        if (length > ShimFrame.MaxPayload) throw GantryException.Internal($"the supervisor sent a frame of {length} bytes");
        int size = ShimFrame.HeaderSize + (int)length;
        if (!await FillAsync(size, cancellation)) return ShimFrameRead.Ended;

        ReadOnlyMemory<byte> frame = _buffer.AsMemory(_start, size);
        _start += size;
        byte kind = frame.Span[0];
        ShimMessage? message = kind == ShimFrame.Message
            ? JsonSerializer.Deserialize(frame.Span[ShimFrame.HeaderSize..], ShimJson.Default.ShimMessage) : null;
        return new ShimFrameRead(kind, frame, message, End: false);
    }

    /// <summary>Ends the stream towards the shim (the container's stdin, when this connection has it); reading goes on.</summary>
    public void ShutdownSend()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The other end has gone first: what we wanted.
        }
    }

    /// <returns>False when the connection ends before <paramref name="wanted"/> bytes are there.</returns>
    private async ValueTask<bool> FillAsync(int wanted, CancellationToken cancellation)
    {
        while (_end - _start < wanted)
        {
            if (_start == _end) _start = _end = 0;
            if (_start + wanted > _buffer.Length) MakeRoom(wanted);
            try
            {
                int count = await _socket.ReceiveAsync(_buffer.AsMemory(_end), cancellation);
                if (count == 0) return false;
                _end += count;
            }
            catch (Exception e) when (e is SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.OperationAborted }
                || (_disposed && e is SocketException or ObjectDisposedException))
            {
                return false;
            }
        }
        return true;
    }

    private void MakeRoom(int wanted)
    {
        int held = _end - _start;
        byte[] target = wanted <= _buffer.Length ? _buffer : new byte[Math.Max(wanted, 32768 + ShimFrame.HeaderSize)];
        Buffer.BlockCopy(_buffer, _start, target, 0, held);
        (_buffer, _start, _end) = (target, 0, held);
    }

    public ValueTask DisposeAsync()
    {
        _disposed = true;
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
