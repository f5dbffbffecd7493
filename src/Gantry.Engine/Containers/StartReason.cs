using System.Net.Sockets;
using Gantry.Shim;

namespace Gantry.Engine.Containers;

/// <summary>Why a start failed: not what was met on the way when the supervisor was gone, but that it was.</summary>
internal static class StartReason
{
    /// <summary>So long after a namespace or a socket went under our hands its owner is known to have ended.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <param name="shim">Null where it came to none.</param>
    public static async Task<Exception> OfAsync(Exception met, IShimControl? shim, TimeProvider time)
    {
        if (shim is null || !(Expected.OfSystem(met) || met is SocketException or ObjectDisposedException
            or GantryException { Kind: ErrorKind.Unavailable })) return met;
        await Task.WhenAny(shim.Reading, Task.Delay(Limit, time));
        if (!shim.Reading.IsCompleted) return met;
        // It may have had the time to say why.
        if (shim.Created.Exception?.InnerException is ShimFailureException said) return said;
        return GantryException.Internal(
            $"failed to create task for container: its supervisor ended before the container ran{shim.LastWords}", met);
    }
}
