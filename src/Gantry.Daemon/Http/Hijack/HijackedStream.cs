using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Gantry.Linux;
using Gantry.Linux.Sockets;

namespace Gantry.Daemon.Http.Hijack;

/// <summary>A connection as two independent halves: reading ends with the client's sending half, writing with
/// <see cref="CloseWriteAsync"/>.</summary>
/// <param name="socket">Null when more than the socket is between us and the client.</param>
/// <param name="sending">How to end our half then; null when there is no such way.</param>
internal sealed class HijackedStream(IDuplexPipe transport, Socket? socket, SendingHalf? sending = null) : DuplexStream
{
    /// <summary>How long a client may leave the head of the answer unread before what follows is sent after it.</summary>
    private static readonly TimeSpan HeadLimit = TimeSpan.FromSeconds(2);
    private const int LongestLook = 16;

    private bool _headSent;

    /// <returns>0 when the client has closed its sending half.</returns>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ReadResult result;
        try
        {
            result = await transport.Input.ReadAsync(cancellationToken);
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            throw new ClientGoneException(e);
        }
        int count = (int)Math.Min(buffer.Length, result.Buffer.Length);
        ReadOnlySequence<byte> taken = result.Buffer.Slice(0, count);
        taken.CopyTo(buffer.Span);
        transport.Input.AdvanceTo(taken.End);
        return count;
    }

    /// <summary>Sends the head of the answer, by itself: what is written next waits until the client has read it.</summary>
    /// <remarks>Some clients, docker-py among them, read the head through a buffer and all that follows from the socket under it.
    /// Output that lies behind the head when they come to read ends in that buffer, and is lost to them.</remarks>
    public async ValueTask WriteHeadAsync(ReadOnlyMemory<byte> head)
    {
        await WriteAsync(head, CancellationToken.None);
        _headSent = socket is { AddressFamily: AddressFamily.Unix };
    }

    /// <remarks>The kernel tells the reader of what is written, and nobody of what is read: it has to be asked.</remarks>
    private async ValueTask HeadReadAsync(Socket unix, CancellationToken cancellation)
    {
        _headSent = false;
        long begun = Environment.TickCount64;
        for (int look = 1; !SocketQueue.IsEmpty(unix.SafeHandle); look = Math.Min(look * 2, LongestLook))
        {
            if (Environment.TickCount64 - begun > HeadLimit.TotalMilliseconds) return;
            await Task.Delay(look, cancellation);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            if (_headSent) await HeadReadAsync(socket!, cancellationToken);
            if (socket is null)
            {
                FlushResult result = await transport.Output.WriteAsync(buffer, cancellationToken);
                if (result.IsCompleted) throw new ClientGoneException();
                return;
            }
            // Straight to the socket: one hop less for every chunk of output, and nothing is in between when the half is closed.
            while (!buffer.IsEmpty) buffer = buffer[await socket.SendAsync(buffer, SocketFlags.None, cancellationToken)..];
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException or KernelException)
        {
            throw new ClientGoneException(e);
        }
    }

    /// <summary>Tells the client that no more comes; it may go on sending.</summary>
    public async ValueTask CloseWriteAsync()
    {
        try
        {
            if (socket is not null) socket.Shutdown(SocketShutdown.Send);
            else
            {
                await transport.Output.FlushAsync();
                if (sending is not null) await sending.CloseAsync();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            // The client was quicker.
        }
    }

    /// <summary>Reads what the client still sends, and throws it away, until it closes as well or has been silent for long.</summary>
    /// <remarks>To the client a connection that is closed with something unread in it is broken,
    /// and what it has not read yet may be lost: unix(7), tcp(7).</remarks>
    public async Task DrainAsync(TimeSpan silence, CancellationToken cancellation)
    {
        try
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            ReadResult rest;
            do
            {
                limit.CancelAfter(silence);
                rest = await transport.Input.ReadAsync(limit.Token);
                transport.Input.AdvanceTo(rest.Buffer.End);
            }
            while (!rest.IsCompleted);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException or ObjectDisposedException)
        {
            // It is gone, or says nothing: nothing of its is unread.
        }
    }
}
