using Gantry.Linux;
using Gantry.Linux.Sockets;

namespace Gantry.Runtime.Supervision.Runtimes;

/// <summary>Where a runtime delivers the master side of a terminal: <c>--console-socket</c>.</summary>
internal sealed class ConsoleReceiver : IDisposable
{
    private readonly SafeFileDescriptor _listener;

    public ConsoleReceiver(string directory)
    {
        Path = System.IO.Path.Combine(directory, "console.sock");
        File.Delete(Path);
        _listener = UnixSocket.Listen(Path, nonBlocking: true);
    }

    public string Path { get; }

    /// <summary>To be called when the runtime has ended well: it has connected by then.</summary>
    /// <returns>The terminal's master, owned by the caller.</returns>
    public int Receive()
    {
        using SafeFileDescriptor connection = UnixSocket.Accept(_listener)
            ?? throw GantryException.Internal("the runtime did not deliver the terminal");
        Span<byte> name = stackalloc byte[4096];
        (_, SafeFileDescriptor? master) = UnixSocket.Receive(connection, name);
        if (master is null) throw GantryException.Internal("the runtime connected and did not deliver the terminal");
        int number = master.Number;
        master.SetHandleAsInvalid();
        return number;
    }

    public void Dispose()
    {
        _listener.Dispose();
        File.Delete(Path);
    }
}
