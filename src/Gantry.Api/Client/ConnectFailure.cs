using System.Net.Sockets;

namespace Gantry.Api.Client;

/// <summary>Says what a failed connect means to the user, and what to do.</summary>
internal static class ConnectFailure
{
    public static ApiConnectionException Explain(DaemonAddress address, Exception cause)
    {
        if (cause is SocketException { SocketErrorCode: SocketError.AccessDenied })
            return new ApiConnectionException($"permission denied while trying to connect to the Gantry daemon socket at "
                + $"{address.Text}\n{Remedy(address.SocketPath)}", cause);
        if (cause is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData })
            return new ApiConnectionException($"error during connect: {address.Text}: no such host: {address.Host}", cause);
        return new ApiConnectionException($"Cannot connect to the Docker daemon at {address.Text}. Is the docker daemon running?", cause);
    }

    private static string Remedy(string? path) =>
        $"Users of the group that owns the socket may use it: sudo usermod -aG {GroupOf(path)} $USER, then log out and in again.";

    /// <summary>The package's group; the group that really owns the socket cannot be named without a lookup that this program has no other
    /// use for.</summary>
    private static string GroupOf(string? path) =>
        path is not null && path.EndsWith("docker.sock", StringComparison.Ordinal) ? "docker" : "gantry";
}
