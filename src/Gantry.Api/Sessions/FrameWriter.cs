using System.Buffers;
using System.Buffers.Binary;

namespace Gantry.Api.Sessions;

/// <summary>Writes frames, whole and in the order of the calls; those that wait while one is written go together.</summary>
internal sealed class FrameWriter(Stream output, Action<Exception> failed)
{
    /// <summary>Bytes that wait; who has more waits too.</summary>
    private const int MaxWaiting = 256 << 10;

    private readonly Lock _gate = new();
    private ArrayBufferWriter<byte> _filling = new(MaxWaiting), _going = new(MaxWaiting);
    private TaskCompletionSource? _room;
    private bool _isWriting;
    private Exception? _failure;

    public async ValueTask WriteAsync(FrameKind kind, uint stream, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        while (TryAdd(kind, stream, content.Span) is { } room) await room.WaitAsync(cancellation);
    }

    /// <returns>What to wait for before it is tried again; null when it is done.</returns>
    private Task? TryAdd(FrameKind kind, uint stream, ReadOnlySpan<byte> content)
    {
        lock (_gate)
        {
            if (_failure is { } failure) throw new IOException(failure.Message, failure);
            if (_filling.WrittenCount >= MaxWaiting)
                return (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            Span<byte> head = _filling.GetSpan(SessionConnection.HeadSize);
            head[0] = (byte)kind;
            BinaryPrimitives.WriteUInt32BigEndian(head[1..], stream);
            BinaryPrimitives.WriteInt32BigEndian(head[5..], content.Length);
            _filling.Advance(SessionConnection.HeadSize);
            _filling.Write(content);
            if (_isWriting) return null;
            _isWriting = true;
        }
        _ = Task.Run(DrainAsync);
        return null;
    }

    private async Task DrainAsync()
    {
        try
        {
            while (Take()) await output.WriteAsync(_going.WrittenMemory);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            Fail(e);
            failed(e);
        }
    }

    private bool Take()
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            _going.ResetWrittenCount();
            (_going, _filling) = (_filling, _going);
            (room, _room) = (_room, null);
            _isWriting = _going.WrittenCount > 0 && _failure is null;
        }
        room?.SetResult();
        return _isWriting;
    }

    /// <summary>Whoever writes from now on, or waits for that, fails.</summary>
    public void Fail(Exception reason)
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            _failure ??= reason;
            (room, _room) = (_room, null);
        }
        room?.SetResult();
    }
}
