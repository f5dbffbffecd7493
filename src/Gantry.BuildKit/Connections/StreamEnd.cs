namespace Gantry.BuildKit.Connections;

/// <summary>A connection that tells when it has ended: the other side has closed it, it has failed, or its user has disposed it.</summary>
internal sealed class StreamEnd(Stream inner) : DuplexStream
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Ended => _ended.Task;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count;
        try
        {
            count = await inner.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (IsEnd(e, cancellationToken))
        {
            // The client above would take a cancellation that it did not ask for as its own.
            count = 0;
        }
        if (count == 0 && !buffer.IsEmpty) _ended.TrySetResult();
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await inner.WriteAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (IsEnd(e, cancellationToken))
        {
            _ended.TrySetResult();
            throw e as IOException ?? new IOException("the connection has ended", e);
        }
    }

    private static bool IsEnd(Exception e, CancellationToken asked) =>
        e is IOException or ObjectDisposedException or InvalidOperationException
        || (e is OperationCanceledException && !asked.IsCancellationRequested);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing) _ended.TrySetResult();
        base.Dispose(disposing);
    }
}
