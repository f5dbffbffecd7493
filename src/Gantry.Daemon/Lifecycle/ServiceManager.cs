using System.Net.Sockets;
using System.Text;

namespace Gantry.Daemon.Lifecycle;

/// <summary>Tells systemd how far we are; sd_notify(3). Says nothing where nobody asked.</summary>
internal static class ServiceManager
{
    public static void Ready() => Notify("READY=1");
    public static void Stopping() => Notify("STOPPING=1");
    public static void Reloading() => Notify($"RELOADING=1\nMONOTONIC_USEC={Environment.TickCount64 * 1000}");

    private static void Notify(string state)
    {
        string? path = Environment.GetEnvironmentVariable("NOTIFY_SOCKET");
        if (string.IsNullOrEmpty(path)) return;
        try
        {
            using Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(path[0] == '@' ? '\0' + path[1..] : path));
        }
        catch (SocketException)
        {
            // The manager is gone; that is its concern.
        }
    }
}
