using Gantry.Linux;
using Gantry.Linux.Sockets;

namespace Gantry.Runtime.CommandLine;

/// <summary><c>--console-socket</c>: the terminal's master goes to whoever listens there, with its name as the data,
/// as runc does it.</summary>
internal static class ConsoleSender
{
    public static void Send(string path, int master)
    {
        using SafeFileDescriptor owned = new(master);
        using SafeFileDescriptor socket = UnixSocket.Connect(path);
        UnixSocket.Send(socket, "/dev/ptmx"u8, owned.Number);
    }
}
