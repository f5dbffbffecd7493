using System.Net.Sockets;
using System.Text;
using Gantry.Api.Client;

namespace Gantry.Api.Tests.Client;

/// <summary>Answers each request with the next of the given texts, byte for byte, and keeps what was asked.</summary>
internal sealed class ScriptedDaemon : IDisposable
{
    /// <summary>At an answer's end: the connection is closed behind it without a word.</summary>
    public const char CloseAfter = '\0';

    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-api-").FullName;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Queue<string> _answers;

    public ScriptedDaemon(params string[] answers)
    {
        this._answers = new Queue<string>(answers);
        string path = Path.Combine(_directory, "sock");
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        Client = new ApiClient(DaemonAddress.Parse(path));
        new Thread(Serve) { IsBackground = true }.Start();
    }

    private readonly ManualResetEventSlim _closed = new();

    /// <summary>Blocks until a connection was closed from here.</summary>
    public void WaitForClose() => _closed.Wait(TimeSpan.FromSeconds(60));

    public ApiClient Client { get; }
    /// <summary>First line of each request.</summary>
    public List<string> Requests { get; } = [];
    public int Connections { get; private set; }

    private void Serve()
    {
        try
        {
            while (_answers.Count > 0)
            {
                Socket connection = _listener.Accept();
                Connections++;
                new Thread(() => Serve(connection)) { IsBackground = true }.Start();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private void Serve(Socket connection)
    {
        byte[] buffer = new byte[64 * 1024];
        while (connection.Receive(buffer) is > 0 and int count)
        {
            lock (_answers)
            {
                Requests.Add(Encoding.UTF8.GetString(buffer, 0, count).Split("\r\n")[0]);
                if (!_answers.TryDequeue(out string? answer)) break;
                bool close = answer.EndsWith(CloseAfter) || answer.Contains("Connection: close");
                connection.Send(Encoding.UTF8.GetBytes(answer.TrimEnd(CloseAfter)));
                if (!close) continue;
            }
            break;
        }
        connection.Dispose();
        _closed.Set();
    }

    public void Dispose()
    {
        Client.Dispose();
        _listener.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
