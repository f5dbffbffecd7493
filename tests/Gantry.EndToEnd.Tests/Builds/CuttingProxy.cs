using System.Net.Sockets;
using System.Text;

namespace Gantry.EndToEnd.Builds;

/// <summary>Between a client and a daemon: connections of sessions are cut after so many bytes, others go on.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _daemon;
    private readonly int _bytes;
    private readonly CancellationTokenSource _over = new();
    private readonly Task _accepting;

    /// <param name="path">Where it listens.</param>
    /// <param name="bytes">In both directions together.</param>
    public CuttingProxy(string path, string daemon, int bytes)
    {
        (_daemon, _bytes) = (daemon, bytes);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    /// <summary>How many were cut.</summary>
    public int Cuts { get; private set; }

    private async Task AcceptAsync()
    {
        List<Task> all = [];
        try
        {
            while (true) all.Add(PassAsync(await _listener.AcceptAsync(_over.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(all);
        }
    }

    private async Task PassAsync(Socket client)
    {
        using Socket daemon = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using (client)
        {
            try
            {
                await daemon.ConnectAsync(new UnixDomainSocketEndPoint(_daemon), _over.Token);
                byte[] head = new byte[4096];
                int count = await client.ReceiveAsync(head, _over.Token);
                await daemon.SendAsync(head.AsMemory(0, count), _over.Token);
                bool isSession = Encoding.ASCII.GetString(head, 0, count).StartsWith("POST /session", StringComparison.Ordinal);
                int left = isSession ? _bytes : int.MaxValue;
                await Task.WhenAny(Pump(client, daemon), Pump(daemon, client));
                if (isSession && left <= 0) Cuts++;

                async Task Pump(Socket from, Socket to)
                {
                    byte[] buffer = new byte[512];
                    for (int length; (length = await from.ReceiveAsync(buffer, _over.Token)) > 0;)
                    {
                        await to.SendAsync(buffer.AsMemory(0, length), _over.Token);
                        if (Interlocked.Add(ref left, -length) <= 0) return;
                    }
                }
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // One of the two was quicker.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _over.Dispose();
    }
}
