namespace Gantry.Build.Transfer;

/// <summary>A transfer of files in a stream that has messages.</summary>
/// <param name="explain">What a failure of the stream means; null for what is none of it.</param>
/// <param name="end">Ends the stream, also in the middle.</param>
public sealed class MessagePackets(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> send,
    Func<CancellationToken, ValueTask<byte[]?>> receive, Func<ValueTask> end, Func<Exception, GantryException?> explain) : IPacketStream
{
    public async ValueTask SendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellation)
    {
        try
        {
            await send(packet, cancellation);
        }
        catch (Exception e) when (explain(e) is { } reason)
        {
            throw reason;
        }
    }

    public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellation)
    {
        try
        {
            // Said at length: an array that is null would become an empty packet.
            return await receive(cancellation) is { } packet ? packet : null;
        }
        catch (Exception e) when (explain(e) is { } reason)
        {
            throw reason;
        }
    }

    public ValueTask DisposeAsync() => end();
}
