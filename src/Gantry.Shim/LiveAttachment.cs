using System.Net.Sockets;

namespace Gantry.Shim;

/// <summary>A connection to the streams of a shim's process.</summary>
/// <param name="LogEnd">What the log has up to here does not come over it, and all else does; null when the log was not asked for.</param>
public sealed record LiveAttachment(ShimConnection Shim, LogEnd? LogEnd)
{
    /// <param name="request">An Attach.</param>
    /// <param name="supervisor">Whose it is, for messages.</param>
    /// <exception cref="SocketException">Nobody listens: it has ended.</exception>
    /// <exception cref="GantryException">Unavailable: it ends in this moment. Internal: it refuses.</exception>
    public static async Task<LiveAttachment> OpenAsync(string socketPath, ShimMessage request, string supervisor,
        CancellationToken cancellation)
    {
        ShimConnection connection = await ShimConnection.ConnectWhenFreeAsync(socketPath, cancellation);
        try
        {
            await connection.SendAsync(request, cancellation);
            ShimFrameRead answer = await connection.ReadAnswerAsync(cancellation);
            if (answer.Message is { Type: ShimMessageType.Done } done) return new LiveAttachment(connection, done.LogEnd);
            throw answer.End
                ? new GantryException(ErrorKind.Unavailable, $"attach: {supervisor} is gone")
                : GantryException.Internal($"attach: {supervisor} refused: {answer.Message?.Error}");
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
