using Gantry.Linux.Trees;

namespace Gantry.Build.Transfer;

/// <summary>Why a transfer does not go on, for the other side.</summary>
internal static class LastWord
{
    /// <summary>It may have gone, or may not read: nobody waits for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <param name="send">Sends a packet of that kind with that content.</param>
    public static async Task TellAsync(Exception reason, Func<PacketKind, byte[], CancellationToken, Task> send,
        CancellationToken cancellation)
    {
        try
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(Patience);
            await send(PacketKind.Error, ByteText.Bytes(reason.Message), limit.Token);
        }
        catch (Exception e) when (Expected.Any(e) || e is OperationCanceledException)
        {
            // It has gone, which may be the reason.
        }
    }
}
