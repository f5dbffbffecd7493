using Gantry.Linux;
using Gantry.Linux.Events;
using Gantry.Linux.Sockets;
using Gantry.Runtime.Supervision.Loop;

namespace Gantry.Runtime.Supervision.Connections;

internal sealed class Listener : EventSource
{
    private readonly SafeFileDescriptor _socket;
    private readonly Action<int> _accepted;

    /// <param name="accepted">Gets a connection, and owns it from then on.</param>
    public Listener(EventLoop loop, SafeFileDescriptor socket, Action<int> accepted) : base(loop, socket.Number)
    {
        (_socket, _accepted) = (socket, accepted);
        Watch(EpollEvents.Read);
    }

    public override void Ready(EpollEvents events)
    {
        if (UnixSocket.Accept(_socket, nonBlocking: true) is not { } accepted) return;
        int number = accepted.Number;
        accepted.SetHandleAsInvalid();
        _accepted(number);
    }

    // Too many open descriptors, most likely: those that are open will be closed one day, and listening goes on.
    public override void Fault(Exception error) { }

    public void Close()
    {
        Watch(EpollEvents.None);
        _socket.Dispose();
    }
}
