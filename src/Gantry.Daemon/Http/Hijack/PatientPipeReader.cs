using System.IO.Pipelines;

namespace Gantry.Daemon.Http.Hijack;

/// <summary>Tells of the end of input only to a reader that has looked at everything and wants more.</summary>
/// <remarks>Kestrel takes an end that it sees together with a request's body for a broken request, and drops it;
/// but a client that has nothing more to say may close its sending half and still wants its answer.</remarks>
internal sealed class PatientPipeReader(PipeReader inner) : PipeReader
{
    private ReadResult _last;
    private bool _exhausted;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        Present(await inner.ReadAsync(cancellationToken));

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result)) return false;
        result = Present(result);
        return true;
    }

    private ReadResult Present(ReadResult result)
    {
        _last = result;
        return result.IsCompleted && !_exhausted && !result.Buffer.IsEmpty
            ? new ReadResult(result.Buffer, result.IsCanceled, isCompleted: false) : result;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _exhausted = _last.IsCompleted && _last.Buffer.Slice(examined).IsEmpty;
        _last = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);
}
