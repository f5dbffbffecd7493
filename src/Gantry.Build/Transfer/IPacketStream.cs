namespace Gantry.Build.Transfer;

/// <summary>The two directions of one transfer of files: packets as <see cref="FilePacket"/> has them, whole and in order.</summary>
/// <remarks>One sender and one receiver at a time. Disposing it ends the transfer, also in the middle.</remarks>
public interface IPacketStream : IAsyncDisposable
{
    /// <exception cref="GantryException">Unavailable: the client has gone.</exception>
    ValueTask SendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellation);

    /// <returns>Valid until the next call; null after the last one.</returns>
    /// <exception cref="GantryException">Unavailable: the client has gone; otherwise why it could not go on, in its words.</exception>
    ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellation);
}
