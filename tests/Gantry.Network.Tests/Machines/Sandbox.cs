using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gantry.Linux.Netlink;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Network.Tests.Machines;

/// <summary>A network namespace: runs commands and opens sockets in it.</summary>
internal sealed class Sandbox(Process? process) : IDisposable
{
    private readonly SafeFileHandle _handle =
        NamespaceThread.OpenNamespace(process is null ? "/proc/thread-self/ns/net" : $"/proc/{process.Id}/ns/net");
    private readonly NamespaceThread _thread = new();
    private readonly List<Socket> _servers = [];

    public int Pid => process!.Id;

    public string Shell(string command) => Run("nsenter", "-n", "-t", Pid.ToString(), "sh", "-c", command);

    /// <summary>Answers each connection with "NAME saw CLIENT-ADDRESS" and closes it.</summary>
    public void ServeTcp(string name, int port, string address = "0.0.0.0")
    {
        Socket server = Open(SocketType.Stream, ProtocolType.Tcp, IPAddress.Parse(address).AddressFamily);
        if (address == "::") server.DualMode = true;
        server.Bind(new IPEndPoint(IPAddress.Parse(address), port));
        server.Listen();
        _servers.Add(server);
        _ = Task.Run(async () =>
        {
            while (true)
            {
                using Socket client = await server.AcceptAsync();
                await client.SendAsync(Encoding.UTF8.GetBytes($"{name} saw {((IPEndPoint)client.RemoteEndPoint!).Address}"));
            }
        });
    }

    public void ServeUdp(string name, int port)
    {
        Socket server = Open(SocketType.Dgram, ProtocolType.Udp, AddressFamily.InterNetwork);
        server.Bind(new IPEndPoint(IPAddress.Any, port));
        _servers.Add(server);
        _ = Task.Run(async () =>
        {
            byte[] buffer = new byte[100];
            while (true)
            {
                SocketReceiveFromResult from = await server.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                await server.SendToAsync(Encoding.UTF8.GetBytes($"{name} saw {((IPEndPoint)from.RemoteEndPoint).Address}"),
                    from.RemoteEndPoint);
            }
        });
    }

    /// <returns>What the server said; <c>refused</c> or <c>timeout</c> when there was none.</returns>
    public string Tcp(string address, int port) => Tcp(address, port, TimeSpan.FromSeconds(60));

    /// <summary>As <see cref="Tcp(string, int)"/>, for an answer that is not meant to come: does not wait long for it.</summary>
    public string TcpInVain(string address, int port) => Tcp(address, port, TimeSpan.FromSeconds(1.5));

    private string Tcp(string address, int port, TimeSpan patience)
    {
        using Socket socket = Open(SocketType.Stream, ProtocolType.Tcp, IPAddress.Parse(address).AddressFamily);
        return Talk(async (buffer, cancellation) =>
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(address), port), cancellation);
            return await socket.ReceiveAsync(buffer, cancellation);
        }, patience);
    }

    public string Udp(string address, int port, int from = 0)
    {
        using Socket socket = Open(SocketType.Dgram, ProtocolType.Udp, AddressFamily.InterNetwork);
        socket.Bind(new IPEndPoint(IPAddress.Any, from));
        return Talk(async (buffer, cancellation) =>
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(address), port), cancellation);
            await socket.SendAsync("hello"u8.ToArray(), cancellation);
            return await socket.ReceiveAsync(buffer, cancellation);
        }, TimeSpan.FromSeconds(60));
    }

    private static string Talk(Func<Memory<byte>, CancellationToken, ValueTask<int>> exchange, TimeSpan patience)
    {
        byte[] buffer = new byte[100];
        using CancellationTokenSource limit = new(patience);
        try
        {
            return Encoding.UTF8.GetString(buffer, 0, Task.Run(async () => await exchange(buffer, limit.Token)).GetAwaiter().GetResult());
        }
        catch (OperationCanceledException)
        {
            return "timeout";
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused ? "refused" : e.SocketErrorCode.ToString();
        }
    }

    private Socket Open(SocketType type, ProtocolType protocol, AddressFamily family) =>
        _thread.RunAsync(_handle, () => new Socket(family, type, protocol)).GetAwaiter().GetResult();

    public static string Run(string file, params string[] arguments)
    {
        ProcessStartInfo info = new(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process child = Process.Start(info)!;
        Task<string> error = child.StandardError.ReadToEndAsync();
        string output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return child.ExitCode == 0 ? output
            : throw new InvalidOperationException($"{file} {string.Join(' ', arguments)}: exit {child.ExitCode}: {output}{error.Result}");
    }

    public void Dispose()
    {
        _servers.ForEach(server => server.Dispose());
        _thread.Dispose();
        _handle.Dispose();
    }
}
