using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gantry.Build.Tests.Repositories;

/// <summary>Gives the files of a directory by http, on loopback, to whoever asks.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _directory;
    private readonly List<string> _asked = [];

    public FileServer(string directory)
    {
        _directory = directory;
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>The header that is wanted from whoever asks; null for none.</summary>
    public string? Authorization { get; init; }

    /// <summary>The names of what was asked for.</summary>
    public IReadOnlyList<string> Asked { get { lock (_asked) return [.. _asked]; } }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            NetworkStream stream = client.GetStream();
            using StreamReader reader = new(stream, leaveOpen: true);
            string? request = await reader.ReadLineAsync();
            bool isAllowed = Authorization is null;
            while (await reader.ReadLineAsync() is { Length: > 0 } header) isAllowed |= header == $"Authorization: {Authorization}";
            string name = (request?.Split(' ') is [_, { } path, ..] ? path : "/").Split('?')[0];
            lock (_asked) _asked.Add(name);
            string file = _directory + name;
            byte[]? content = isAllowed && File.Exists(file) ? await File.ReadAllBytesAsync(file) : null;
            string code = !isAllowed ? "401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\""
                : content is null ? "404 Not Found" : "200 OK";
            string head = $"HTTP/1.1 {code}\r\nConnection: close\r\n"
                + $"Content-Length: {content?.Length ?? 0}\r\n\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
            if (content is not null) await stream.WriteAsync(content);
        }
    }

    public void Dispose() => _listener.Stop();
}
