using Gantry.Api.Sessions;

namespace Gantry.Daemon.Build.Sessions;

/// <summary>Bytes that go both ways in messages; asynchronous calls alone.</summary>
internal sealed class MessageStream(SessionStream stream) : DuplexStream
{
    private ReadOnlyMemory<byte> _rest;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (_rest.IsEmpty)
            {
                if (await stream.ReceiveAsync(cancellationToken) is not { } message) return 0;
                _rest = message;
            }
        }
        catch (SessionRefusedException e)
        {
            throw new IOException(e.Message, e);
        }
        int count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        stream.SendAsync(buffer, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        await base.DisposeAsync();
    }
}
