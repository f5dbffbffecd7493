using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Gantry.Storage.Archives;

/// <summary>Reads ahead on a thread of its own, so that decompressing and hashing go on while the consumer makes files.</summary>
public sealed class PumpedStream : ReadOnlyStream
{
    private const int PieceSize = 256 << 10, Pieces = 4;

    private readonly Stream _inner;
    private readonly Action<ReadOnlyMemory<byte>>? _observer;
    private readonly BlockingCollection<(byte[] Buffer, int Length)> _full = new(Pieces);
    private readonly BlockingCollection<byte[]> _empty = new(Pieces);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private ExceptionDispatchInfo? _failure;
    private byte[] _current = [];
    private int _position, _length;

    /// <param name="observer">Sees every byte, on the pump's thread, before the reader gets it.</param>
    public PumpedStream(Stream inner, Action<ReadOnlyMemory<byte>>? observer = null)
    {
        _inner = inner;
        _observer = observer;
        for (int i = 0; i < Pieces; i++) _empty.Add(new byte[PieceSize]);
        _thread = new Thread(Pump) { IsBackground = true, Name = "archive pump" };
        _thread.Start();
    }

    public override int Read(Span<byte> buffer)
    {
        while (_position == _length)
        {
            if (_current.Length > 0) _empty.Add(_current);
            _current = [];
            _position = _length = 0;
            if (!_full.TryTake(out (byte[] Buffer, int Length) piece, Timeout.Infinite))
            {
                _failure?.Throw();
                return 0;
            }
            (_current, _length) = piece;
        }
        int count = Math.Min(buffer.Length, _length - _position);
        _current.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    private void Pump()
    {
        try
        {
            while (true)
            {
                byte[] buffer = _empty.Take(_stop.Token);
                int length = _inner.ReadAtLeast(buffer, 1, throwOnEndOfStream: false);
                if (length == 0) return;
                _observer?.Invoke(buffer.AsMemory(0, length));
                _full.Add((buffer, length), _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The reader has had enough.
        }
        catch (Exception e)
        {
            // Not swallowed: it belongs to the reader's thread and is thrown there.
            _failure = ExceptionDispatchInfo.Capture(e);
        }
        finally
        {
            _full.CompleteAdding();
        }
    }

    /// <summary>Waits for the pump, which may be inside a read of the inner stream.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_stop.IsCancellationRequested)
        {
            _stop.Cancel();
            _thread.Join();
            _inner.Dispose();
            _full.Dispose();
            _empty.Dispose();
        }
        base.Dispose(disposing);
    }
}
