using System.Net.Sockets;
using Gantry.Linux.Trees;

namespace Gantry.Build.Execution;

/// <summary>A socket for a command; what connects to it is passed on to an ssh agent of the client's.</summary>
internal sealed class AgentSocket : IDisposable
{
    /// <summary>Connections at a time; more wait.</summary>
    private const int MaxConnections = 64;

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _over = new();
    private readonly SemaphoreSlim _room = new(MaxConnections);
    private readonly Func<Task<Stream>> _open;
    /// <summary>A socket's path has 107 bytes at most: it is named from here.</summary>
    private readonly DirectoryHandle _directory;

    /// <param name="path">Nothing is there yet; goes with its directory.</param>
    /// <param name="open">Reaches the agent.</param>
    public AgentSocket(string path, Func<Task<Stream>> open)
    {
        _open = open;
        _directory = DirectoryHandle.Open(Path.GetDirectoryName(path)!);
        try
        {
            _listener.Bind(new UnixDomainSocketEndPoint($"{_directory.ProcPath}/{Path.GetFileName(path)}"));
            _listener.Listen(MaxConnections);
        }
        catch
        {
            Dispose();
            throw;
        }
        _ = Task.Run(AcceptAsync);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                await _room.WaitAsync(_over.Token);
                Socket client = await _listener.AcceptAsync(_over.Token);
                _ = Task.Run(() => PassOnAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The command has ended.
        }
    }

    private async Task PassOnAsync(Socket client)
    {
        try
        {
            await using NetworkStream near = new(client, ownsSocket: true);
            await using Stream far = await _open();
            // An agent answers what it is asked: when either side has closed nothing more comes.
            Task asked = near.CopyToAsync(far, _over.Token), answered = far.CopyToAsync(near, _over.Token);
            // The other one fails when the streams are closed.
            (_, _) = (asked.Quietly(), answered.Quietly());
            await await Task.WhenAny(asked, answered);
        }
        catch (Exception e) when (Expected.Any(e) || e is OperationCanceledException or SocketException)
        {
            // The command, or the client of the build, has gone.
        }
        finally
        {
            client.Dispose();
            _room.Release();
        }
    }

    public void Dispose()
    {
        _over.Cancel();
        _listener.Dispose();
        _directory.Dispose();
    }
}
