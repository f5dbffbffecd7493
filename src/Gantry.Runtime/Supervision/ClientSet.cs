using Gantry.Linux.Sockets;
using Gantry.Runtime.Supervision.Connections;
using Gantry.Runtime.Supervision.Loop;
using Gantry.Runtime.Supervision.Reports;
using Gantry.Shim;

namespace Gantry.Runtime.Supervision;

/// <summary>All connections of a supervisor, the daemon's control connection among them, and the socket that they come through.</summary>
internal sealed class ClientSet(EventLoop loop, ContainerSupervisor supervisor)
{
    private readonly List<Client> _clients = [];
    private Client? _control;
    private Listener? _listener;
    private string? _path;

    public void Listen(string path)
    {
        File.Delete(path);
        _listener = new Listener(loop, UnixSocket.Listen(path, nonBlocking: true), Add);
        _path = path;
    }

    /// <summary>Unlinks the socket before anybody is told of the end: the container's next supervisor will make its own at the same
    /// path.</summary>
    public void StopListening()
    {
        _listener?.Close();
        _listener = null;
        string? path = _path;
        _path = null;
        try
        {
            if (path is not null) File.Delete(path);
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            // Somebody has removed the directory, or has something else in its place: the end is told all the same.
            SupervisorLog.Write($"remove the socket: {e.Message}");
        }
    }

    private void Add(int descriptor) => Begin(descriptor);

    private Client Begin(int descriptor)
    {
        Client client = new(loop, descriptor, new NewConnection(supervisor, this), Remove);
        _clients.Add(client);
        client.Begin();
        return client;
    }

    public void AdoptControl(int descriptor) => TakeControl(Begin(descriptor));

    /// <summary>A newer control connection takes the older one's place.</summary>
    public void TakeControl(Client client)
    {
        Client? before = _control;
        _control = client;
        client.Role = new ControlRole(supervisor);
        before?.Close();
        supervisor.ControlChanged(present: true);
    }

    public void TellControl(ShimMessage message) => _control?.Send(message);

    private void Remove(Client client)
    {
        _clients.Remove(client);
        if (_control == client)
        {
            _control = null;
            supervisor.ControlChanged(present: false);
        }
        if (_clients.Count == 0) supervisor.Unattended();
    }

    public void CloseAllWhenSent()
    {
        for (int i = _clients.Count - 1; i >= 0; i--) _clients[i].CloseWhenSent();
        if (_clients.Count == 0) supervisor.Unattended();
    }

    /// <param name="patience">Milliseconds.</param>
    public void CloseStuck(int patience)
    {
        for (int i = _clients.Count - 1; i >= 0; i--)
        {
            if (loop.Now - _clients[i].LastProgress > patience) _clients[i].Close();
        }
    }
}
