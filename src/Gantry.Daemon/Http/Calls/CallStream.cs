namespace Gantry.Daemon.Http.Calls;

/// <summary>A client's connection that ends without a word: a client that has gone is no fault of the server's.</summary>
/// <param name="end">Called when nobody hears any more what is said.</param>
internal sealed class CallStream(Stream inner, Action end) : DuplexStream
{
    private bool _isGone;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (IsEnd(e, cancellationToken))
        {
            return 0;
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isGone) return;
        try
        {
            await inner.WriteAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (IsEnd(e, cancellationToken))
        {
            _isGone = true;
            end();
        }
    }

    private static bool IsEnd(Exception e, CancellationToken asked) =>
        e is IOException or ObjectDisposedException or InvalidOperationException or Hijack.ClientGoneException
        || (e is OperationCanceledException && !asked.IsCancellationRequested);
}
