using System.Net.Sockets;
using Gantry.Linux.Files;

namespace Gantry.Daemon.Http.Listening;

/// <summary>Makes a listening UNIX socket that only root and one group can open.</summary>
/// <remarks>Who can talk to the daemon is root on this host: the mode is set before anybody can connect.</remarks>
internal static class UnixListener
{
    private const UnixFileMode OwnerAndGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite;

    /// <param name="group">Numeric group that may connect; null leaves it to root.</param>
    /// <returns>Bound and not yet listening.</returns>
    /// <exception cref="GantryException">Conflict: somebody listens there. Internal: the path cannot be used.</exception>
    public static Socket Bind(string path, uint? group)
    {
        bool named = !path.StartsWith('@');
        UnixDomainSocketEndPoint address = new(named ? path : '\0' + path[1..]);
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (named) MakeRoom(path, address);
            socket.Bind(address);
            if (!named) return socket;
            if (group is uint gid) Node.SetOwnerOfTarget(path, 0, gid);
            File.SetUnixFileMode(path, OwnerAndGroup);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw GantryException.Internal($"listen unix {path}: {e.Message}", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void MakeRoom(string path, UnixDomainSocketEndPoint address)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (!File.Exists(path)) return;
        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(address);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            // Nobody listens: either the leftover of a daemon that died, or no socket at all.
            if ((File.GetAttributes(path) & FileAttributes.Directory) != 0 || new FileInfo(path).Length > 0)
                throw GantryException.Conflict($"listen unix {path}: the path exists and is not a socket");
            File.Delete(path);
            return;
        }
        throw GantryException.Conflict($"listen unix {path}: address already in use: another daemon listens there");
    }
}
