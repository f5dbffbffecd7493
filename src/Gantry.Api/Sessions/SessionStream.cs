using System.Buffers.Binary;
using System.Text;
using System.Threading.Channels;

namespace Gantry.Api.Sessions;

/// <summary>One of the streams of a session: messages in both directions, whole and in order, each side at its own pace.</summary>
/// <remarks>One sender and one receiver at a time.</remarks>
public sealed class SessionStream : IAsyncDisposable
{
    /// <summary>Bytes that may be on their way to who has not taken them.</summary>
    internal const int Window = 1 << 20;
    /// <summary>What each message costs besides its bytes, so that empty ones are bounded too.</summary>
    private const int MessageCost = 16;
    /// <summary>In front of a reason: there is nothing of that name.</summary>
    private const char NotFoundMark = '?', OtherMark = '!';

    private readonly SessionConnection _connection;
    private readonly Channel<byte[]> _received =
        Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly Lock _gate = new();
    private readonly uint _id;
    private long _mayReceive = Window, _maySend = Window, _taken;
    private TaskCompletionSource? _credit;
    private bool _hasEnded, _otherHasEnded;
    private SessionRefusedException? _refusal;

    internal SessionStream(SessionConnection connection, uint id) => (_connection, _id) = (connection, id);

    /// <summary>Sends a message; waits while the other side has not taken what was sent before.</summary>
    /// <exception cref="IOException">The connection has gone; or the other side does not go on, which is the inner exception then.
    /// </exception>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        if (message.Length > SessionConnection.MaxMessage)
            throw new IOException($"a message of {message.Length} bytes is too long to be sent");
        while (Pay(message.Length) is { } credit) await credit.WaitAsync(cancellation);
        await _connection.Writer.WriteAsync(FrameKind.Message, _id, message, cancellation);
    }

    /// <returns>Null after the last one.</returns>
    /// <exception cref="SessionRefusedException">The other side does not go on.</exception>
    /// <exception cref="IOException">The connection has gone.</exception>
    public async ValueTask<byte[]?> ReceiveAsync(CancellationToken cancellation)
    {
        byte[] message;
        try
        {
            message = await _received.Reader.ReadAsync(cancellation);
        }
        catch (ChannelClosedException e)
        {
            return e.InnerException is { } reason ? throw reason : null;
        }
        if (Take(message.Length) is > 0 and int credit)
        {
            byte[] bytes = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(bytes, credit);
            await _connection.Writer.WriteAsync(FrameKind.Credit, _id, bytes, cancellation);
        }
        return message;
    }

    /// <summary>No more messages come from this side.</summary>
    public async ValueTask EndAsync(CancellationToken cancellation) => await EndAsync("", cancellation);

    /// <summary>Does not go on, for a reason.</summary>
    public ValueTask RefuseAsync(string reason, bool isNotFound, CancellationToken cancellation) =>
        EndAsync($"{(isNotFound ? NotFoundMark : OtherMark)}{reason}", cancellation);

    private async ValueTask EndAsync(string text, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_hasEnded) return;
            _hasEnded = true;
        }
        await _connection.Writer.WriteAsync(FrameKind.End, _id, Encoding.UTF8.GetBytes(text), cancellation);
        LeaveWhenOver();
    }

    internal void Receive(byte[] message)
    {
        lock (_gate)
        {
            // Who has ended it does not listen any more.
            if (_otherHasEnded) throw new InvalidDataException("a message comes after the end of its stream");
            if (_mayReceive <= 0) throw new InvalidDataException("more is sent than may be");
            _mayReceive -= message.Length + MessageCost;
        }
        _received.Writer.TryWrite(message);
    }

    internal void Credit(ReadOnlySpan<byte> content)
    {
        if (content.Length != 4 || BinaryPrimitives.ReadInt32BigEndian(content) is not (> 0 and <= 2 * Window and var bytes))
            throw new InvalidDataException("a credit that nobody gives");
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            _maySend = Math.Min(_maySend + bytes, 4L * Window);
            (waiting, _credit) = (_credit, null);
        }
        waiting?.SetResult();
    }

    internal void OtherEnds(ReadOnlySpan<byte> text)
    {
        SessionRefusedException? refusal =
            text.IsEmpty ? null : new SessionRefusedException(Encoding.UTF8.GetString(text[1..]), text[0] == NotFoundMark);
        lock (_gate) (_otherHasEnded, _refusal) = (true, refusal);
        _received.Writer.TryComplete(refusal);
        if (refusal is not null) Wake(refusal);
        LeaveWhenOver();
    }

    /// <summary>The connection has gone.</summary>
    internal void Break(Exception reason)
    {
        _received.Writer.TryComplete(new IOException(reason.Message, reason));
        Wake(reason);
    }

    private void Wake(Exception reason)
    {
        TaskCompletionSource? waiting;
        lock (_gate) (waiting, _credit) = (_credit, null);
        waiting?.TrySetException(new IOException(reason.Message, reason));
    }

    /// <returns>What to wait for before it is tried again; null when it is paid.</returns>
    private Task? Pay(int length)
    {
        lock (_gate)
        {
            if (_hasEnded) throw new IOException("the stream has ended");
            if (_refusal is { } refusal) throw new IOException(refusal.Message, refusal);
            if (_connection.Failure is { } failure) throw new IOException(failure.Message, failure);
            // What is begun may be larger than what is left.
            if (_maySend <= 0) return (_credit ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            _maySend -= length + MessageCost;
            return null;
        }
    }

    /// <returns>What the other side may send more, in large pieces.</returns>
    private int Take(int length)
    {
        lock (_gate)
        {
            _taken += length + MessageCost;
            if (_taken < Window / 2) return 0;
            int credit = (int)_taken;
            _taken = 0;
            _mayReceive += credit;
            return credit;
        }
    }

    private void LeaveWhenOver()
    {
        bool isOver;
        lock (_gate) isOver = _hasEnded && _otherHasEnded;
        if (isOver) _connection.Leave(_id);
    }

    /// <summary>Ends it, also in the middle.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(1));
            bool isOver;
            lock (_gate) isOver = _otherHasEnded;
            if (isOver) await EndAsync(limit.Token);
            else await RefuseAsync("nobody listens any more", isNotFound: false, limit.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The connection has gone.
        }
    }
}
