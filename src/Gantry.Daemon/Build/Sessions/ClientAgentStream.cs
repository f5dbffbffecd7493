using Gantry.Api.Sessions;

namespace Gantry.Daemon.Build.Sessions;

/// <summary>A connection to an ssh agent of our own client's.</summary>
internal sealed class ClientAgentStream(SessionStream stream) : MessageStream
{
    protected override async ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken cancellation)
    {
        try
        {
            return await stream.ReceiveAsync(cancellation) is { } message ? message : null;
        }
        catch (SessionRefusedException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        stream.SendAsync(buffer, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        await base.DisposeAsync();
    }
}
