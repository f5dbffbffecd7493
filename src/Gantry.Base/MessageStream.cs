namespace Gantry;

/// <summary>Bytes that go both ways in messages, of which a reader may take a part.</summary>
public abstract class MessageStream : DuplexStream
{
    private ReadOnlyMemory<byte> _rest;

    /// <returns>Its bytes, valid until the next call; null after the last one.</returns>
    /// <exception cref="IOException">The other side does not go on.</exception>
    protected abstract ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken cancellation);

    public sealed override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.IsEmpty)
        {
            if (await NextAsync(cancellationToken) is not { } message) return 0;
            _rest = message;
        }
        int count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }
}
