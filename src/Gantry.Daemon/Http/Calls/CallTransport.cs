using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Gantry.Daemon.Http.Calls;

/// <summary>Connections that are there already, for a server that would accept its own.</summary>
internal sealed class CallTransport : IConnectionListenerFactory, IConnectionListener
{
    private sealed class HandedOver : EndPoint
    {
        public override string ToString() => "connections that were handed over";
    }

    private readonly Channel<ConnectionContext> _offered = Channel.CreateUnbounded<ConnectionContext>();

    public EndPoint EndPoint { get; } = new HandedOver();

    /// <returns>False: the server has ended.</returns>
    public bool Offer(ConnectionContext connection) => _offered.Writer.TryWrite(connection);

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

    /// <returns>Null after the last: so the server learns that no more come.</returns>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _offered.Reader.WaitToReadAsync(cancellationToken))
            if (_offered.Reader.TryRead(out ConnectionContext? connection)) return connection;
        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _offered.Writer.TryComplete();
        return default;
    }

    public ValueTask DisposeAsync() => UnbindAsync();
}
