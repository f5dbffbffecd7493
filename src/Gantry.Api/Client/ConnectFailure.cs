using System.Net.Sockets;

namespace Gantry.Api.Client;

/// <summary>Says what a failed connect means to the user.</summary>
internal static class ConnectFailure
{
    public static ApiConnectionException Explain(DaemonAddress address, Exception cause)
    {
        if (cause is SocketException { SocketErrorCode: SocketError.AccessDenied })
            return new ApiConnectionException($"permission denied while trying to connect to the Gantry daemon socket at {address.Text}",
                cause) { DeniedSocket = address.SocketPath };
        if (cause is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData })
            return new ApiConnectionException($"error during connect: {address.Text}: no such host: {address.Host}", cause);
        // Scripts wait for a daemon by this text.
        return new ApiConnectionException($"Cannot connect to the Docker daemon at {address.Text}. Is the docker daemon running?", cause)
        {
            IsNobodyThere = true,
        };
    }
}
