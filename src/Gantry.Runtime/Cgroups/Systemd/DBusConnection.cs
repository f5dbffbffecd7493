using System.Text;
using Gantry.Linux;
using Gantry.Linux.Events;
using Gantry.Linux.Files;
using Gantry.Linux.Sockets;

namespace Gantry.Runtime.Cgroups.Systemd;

/// <summary>A conversation with one peer over its own socket, without a bus between: no names, no subscription;
/// signals come unasked.</summary>
internal sealed class DBusConnection : IDisposable
{
    private const int LineLimit = 256;
    private readonly SafeFileDescriptor _socket;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly Epoll _epoll = new();
    private readonly byte[] _buffer = new byte[4096];
    private readonly List<DBusMessage> _signals = [];
    private int _start, _end;
    private uint _serial;
    private long _since;

    /// <param name="patience">For each answer or signal.</param>
    public DBusConnection(SafeFileDescriptor socket, TimeSpan patience, TimeProvider time)
    {
        (_socket, _patience, _time) = (socket, patience, time);
        _epoll.Add(socket.Number, EpollEvents.Read, 0);
        _since = _time.GetTimestamp();
        Authenticate();
    }

    /// <summary>Waits for the answer; what is signalled meanwhile is kept for <see cref="WaitForSignal"/>.</summary>
    /// <returns>A method's return or an error.</returns>
    public DBusMessage Call(string destination, DBusCall call)
    {
        _since = _time.GetTimestamp();
        uint serial = ++_serial;
        UnixSocket.Send(_socket, call.Build(destination, serial));
        while (true)
        {
            DBusMessage message = Receive();
            if (message.Type == DBusMessage.Signal) _signals.Add(message);
            else if (message.ReplySerial == serial && message.Type is DBusMessage.MethodReturn or DBusMessage.Error) return message;
        }
    }

    /// <summary>Looks at the signals since the last look, then at each that comes, until one is the right one.</summary>
    /// <returns>False when none has come in this time.</returns>
    public bool WaitForSignal(Func<DBusMessage, bool> isIt, TimeSpan time)
    {
        long start = _since = _time.GetTimestamp();
        bool found = _signals.Exists(signal => isIt(signal));
        _signals.Clear();
        while (!found)
        {
            TimeSpan left = time - _time.GetElapsedTime(start);
            if (_start == _end && (left <= TimeSpan.Zero || !Comes(left))) return false;
            found = Receive() is { Type: DBusMessage.Signal } signal && isIt(signal);
        }
        return true;
    }

    // SASL's EXTERNAL: the kernel tells the peer who we are. Without a name of our own choice it holds in user namespaces too.
    private void Authenticate()
    {
        UnixSocket.Send(_socket, "\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n"u8);
        string line = Line();
        if (line == "DATA") line = Line();
        if (!line.StartsWith("OK ", StringComparison.Ordinal))
            throw GantryException.Unavailable($"systemd does not let us talk to it: {line}");
    }

    private string Line()
    {
        StringBuilder line = new();
        Span<byte> next = stackalloc byte[1];
        while (line.Length < LineLimit)
        {
            Fill(next);
            if (next[0] == '\n') return line.ToString().TrimEnd('\r');
            line.Append((char)next[0]);
        }
        throw DBusReader.Broken("an authentication without end");
    }

    private DBusMessage Receive()
    {
        Span<byte> head = stackalloc byte[DBusMessage.FixedLength];
        Fill(head);
        (int fieldsLength, int bodyLength) = DBusMessage.Sizes(head);
        byte[] fields = new byte[fieldsLength], body = new byte[bodyLength];
        Fill(fields);
        Fill(body);
        return DBusMessage.Parse(head, fields, body);
    }

    private void Fill(Span<byte> target)
    {
        while (target.Length > 0)
        {
            if (_start == _end) Refill();
            int count = Math.Min(target.Length, _end - _start);
            _buffer.AsSpan(_start, count).CopyTo(target);
            _start += count;
            target = target[count..];
        }
    }

    private void Refill()
    {
        TimeSpan left;
        // A signal of the kernel's ends a wait too.
        while ((left = _patience - _time.GetElapsedTime(_since)) > TimeSpan.Zero && !Comes(left))
        {
        }
        if (left <= TimeSpan.Zero) throw GantryException.Unavailable($"systemd does not answer: waited {_patience.TotalSeconds:0} s");
        (_start, _end) = (0, Descriptor.Read(_socket.Number, _buffer));
        if (_end == 0) throw GantryException.Unavailable("systemd has closed the connection");
    }

    private bool Comes(TimeSpan time)
    {
        Span<EpollReady> ready = stackalloc EpollReady[1];
        return _epoll.Wait(ready, (int)time.TotalMilliseconds + 1) > 0;
    }

    public void Dispose()
    {
        _epoll.Dispose();
        _socket.Dispose();
    }
}
