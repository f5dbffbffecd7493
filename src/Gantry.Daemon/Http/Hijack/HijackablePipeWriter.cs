using System.IO.Pipelines;

namespace Gantry.Daemon.Http.Hijack;

/// <summary>The server's way out, which leads nowhere once the connection was taken from it.</summary>
internal sealed class HijackablePipeWriter(PipeWriter inner) : PipeWriter
{
    private byte[] _nowhere = [];

    public bool Hijacked { get; set; }

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;
    public override long UnflushedBytes => Hijacked ? 0 : inner.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => Hijacked ? Nowhere(sizeHint) : inner.GetMemory(sizeHint);
    public override Span<byte> GetSpan(int sizeHint = 0) => Hijacked ? Nowhere(sizeHint).Span : inner.GetSpan(sizeHint);

    private Memory<byte> Nowhere(int sizeHint)
    {
        if (_nowhere.Length < Math.Max(sizeHint, 1)) _nowhere = new byte[Math.Max(sizeHint, 4096)];
        return _nowhere;
    }

    public override void Advance(int bytes)
    {
        if (!Hijacked) inner.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        Hijacked ? new(new FlushResult(isCanceled: false, isCompleted: true)) : inner.FlushAsync(cancellationToken);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    /// <summary>Closes the connection: the server has come to its end with it, hijacked or not.</summary>
    public override void Complete(Exception? exception = null) => inner.Complete(exception);
}
