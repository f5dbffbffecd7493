using Gantry.BuildKit.Protocol.StatusApi;

namespace Gantry.BuildKit.Progress;

/// <summary>News of one build on their way to its client: what comes while it takes the last ones waits, and goes together.</summary>
public sealed class StatusFeed
{
    /// <summary>Bytes that wait: a build does not run ahead of a client that does not read.</summary>
    private const int MostPending = 1 << 20;
    /// <summary>What one of the news costs beside its text.</summary>
    private const int Each = 100;

    private readonly object _gate = new();
    private readonly SemaphoreSlim _news = new(0, 1);
    private StatusResponse _pending = new();
    private int _size;
    private bool _isOver;

    internal void Add(Action<StatusResponse> news, int size)
    {
        lock (_gate)
        {
            while (_size > MostPending && !_isOver) Monitor.Wait(_gate);
            if (_isOver) return;
            news(_pending);
            _size += size + Each;
            Wake();
        }
    }

    /// <summary>No more comes, and nobody waits for room any more.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isOver = true;
            Monitor.PulseAll(_gate);
            Wake();
        }
    }

    /// <returns>What there is, as the message <c>StatusResponse</c>; null after the last.</returns>
    public async Task<byte[]?> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await _news.WaitAsync(cancellation);
            lock (_gate)
            {
                StatusResponse taken = _pending;
                bool isEmpty = _size == 0;
                (_pending, _size) = (new StatusResponse(), 0);
                Monitor.PulseAll(_gate);
                // The end stays known to who asks again.
                if (_isOver) Wake();
                if (!isEmpty) return Google.Protobuf.MessageExtensions.ToByteArray(taken);
                if (_isOver) return null;
            }
        }
    }

    private void Wake()
    {
        if (_news.CurrentCount == 0) _news.Release();
    }
}
