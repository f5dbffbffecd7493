using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Gantry.Daemon.Http.Calls;

/// <summary>A stream as the server sees a connection.</summary>
internal sealed class CallConnection : DefaultConnectionContext
{
    /// <summary>Bytes that are read at once.</summary>
    private const int Piece = 32 << 10;

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _closed = new();

    public CallConnection(Stream stream) : this(new Pipes(
        PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: Piece, leaveOpen: true)),
        PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: Piece, leaveOpen: true)))) => Features.Set(this);

    private CallConnection(IDuplexPipe pipes) : base(RandomId.New(), pipes, pipes) => ConnectionClosed = _closed.Token;

    /// <summary>The server has ended it: nobody reads or writes any more.</summary>
    public Task Done => _done.Task;

    /// <summary>Ends all calls on it.</summary>
    public void Close()
    {
        _closed.Cancel();
        try
        {
            Transport.Input.CancelPendingRead();
            Transport.Output.CancelPendingFlush();
        }
        catch (ObjectDisposedException)
        {
            // It is ending by itself.
        }
    }

    /// <summary>Not the base's too: that cancels a source of its own, some time later and on any thread, which may be disposed by then.
    /// </summary>
    public override void Abort(ConnectionAbortedException abortReason) => Close();

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await Transport.Input.CompleteAsync();
            await Transport.Output.CompleteAsync();
        }
        catch (IOException)
        {
            // What was left to say has nobody who hears it.
        }
        await _closed.CancelAsync();
        await base.DisposeAsync();
        _done.TrySetResult();
    }
}
