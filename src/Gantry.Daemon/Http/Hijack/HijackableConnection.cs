using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Gantry.Linux.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Daemon.Http.Hijack;

/// <summary>Sits between the transport and the HTTP server, so that a handler can take the connection away from the server.</summary>
/// <remarks>
/// <para>Docker's attach and exec turn an HTTP connection into a plain two-way stream,
/// after <c>101</c> when the client asked for an upgrade, else after a <c>200</c> without a length; and exec asks for the upgrade in a
/// request with a body, which HTTP servers do not offer. So both go by here: the head of the answer and all that follows is written to the
/// transport, beside the server.</para>
/// <para>A client that closes its sending half is still answered: the server is not told of the end of input before it reads it.
/// Who wants to know meanwhile watches <see cref="Left"/>.</para>
/// </remarks>
internal sealed class HijackableConnection : ConnectionContext, IDuplexPipe
{
    private static readonly TimeSpan HangupInterval = TimeSpan.FromSeconds(1);

    private readonly ConnectionContext _inner;
    private readonly Socket? _socket;
    private readonly CancellationTokenSource _aborted = new();
    private readonly HijackablePipeWriter _output;
    private readonly PatientPipeReader _input;

    /// <param name="raw">False when TLS is between the socket and us.</param>
    public HijackableConnection(ConnectionContext inner, bool raw)
    {
        this._inner = inner;
        _output = new HijackablePipeWriter(inner.Transport.Output);
        _input = new PatientPipeReader(inner.Transport.Input);
        Transport = this;
        ConnectionClosed = _aborted.Token;
        _socket = raw ? inner.Features.Get<IConnectionSocketFeature>()?.Socket : null;
        inner.Features.Set(this);
    }

    /// <summary>Cancelled when the client has closed the connection or its sending half, or the connection is broken.</summary>
    public CancellationToken Left => _inner.ConnectionClosed;

    public override string ConnectionId { get => _inner.ConnectionId; set => _inner.ConnectionId = value; }
    public override IFeatureCollection Features => _inner.Features;
    public override IDictionary<object, object?> Items { get => _inner.Items; set => _inner.Items = value; }
    public override IDuplexPipe Transport { get; set; }
    public override CancellationToken ConnectionClosed { get; set; }
    public override EndPoint? LocalEndPoint { get => _inner.LocalEndPoint; set => _inner.LocalEndPoint = value; }
    public override EndPoint? RemoteEndPoint { get => _inner.RemoteEndPoint; set => _inner.RemoteEndPoint = value; }

    PipeReader IDuplexPipe.Input => _input;
    PipeWriter IDuplexPipe.Output => _output;

    /// <remarks>The server aborts what it can no longer write to, a hijacked connection too; but that is at its end in order,
    /// and over TCP an abort is a reset that takes away what the client has not read yet.</remarks>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (!_output.Hijacked) _inner.Abort(abortReason);
        _aborted.Cancel();
    }

    public override void Abort() => Abort(new ConnectionAbortedException());

    /// <summary>Takes the connection: from now on the server's writes go nowhere,
    /// and both directions belong to the answered stream.</summary>
    public HijackedStream Hijack()
    {
        _output.Hijacked = true;
        return new HijackedStream(_inner.Transport, _socket, _inner.Features.Get<SendingHalf>());
    }

    /// <summary>Completes when the client has vanished, as opposed to having closed its sending half;
    /// over TCP only a failing write can tell.</summary>
    /// <remarks>The socket is asked, for the transport does not read on, and sees no end, while nobody takes what it has read.</remarks>
    public async Task VanishedAsync(CancellationToken over)
    {
        if (_socket is null)
        {
            TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await using (Left.Register(() => left.TrySetResult())) await left.Task.WaitAsync(over);
            return;
        }
        while (!(_socket.SafeHandle.IsClosed || SocketHangup.IsGone(_socket.SafeHandle))) await Task.Delay(HangupInterval, over);
    }

    public override ValueTask DisposeAsync()
    {
        _aborted.Dispose();
        return _inner.DisposeAsync();
    }
}
