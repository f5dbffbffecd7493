using System.Net.Sockets;
using System.Text;

namespace Gantry.Api.Client;

/// <summary>
/// One HTTP/1.1 connection to the daemon, one request at a time. Blocking, on the bare socket: a command lives for milliseconds,
/// and most of what a general client brings (pools, timers, worker threads) would take longer to start than the request itself.
/// </summary>
internal sealed class ApiConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start, _end;

    private ApiConnection(Socket socket) => this._socket = socket;

    /// <summary>False once an answer ends only with the connection, or was not read to its end.</summary>
    public bool Reusable { get; set; } = true;

    public Socket Socket => _socket;

    /// <summary>Something has arrived, or the other side has closed: between two requests either means that it is of no more use.</summary>
    public bool HasInput => _start < _end || _socket.Poll(0, SelectMode.SelectRead);

    public static ApiConnection Open(DaemonAddress address)
    {
        Socket socket = address.SocketPath is null ? new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (address.SocketPath is { } path) socket.Connect(new UnixDomainSocketEndPoint(path));
            else socket.Connect(address.Host, address.Port);
            return new ApiConnection(socket);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket.Dispose();
            throw ConnectFailure.Explain(address, e);
        }
    }

    public void Send(ApiRequest request, string prefix, string host)
    {
        StringBuilder head = new(256);
        head.Append(request.Method).Append(' ').Append(prefix).Append(request.Path).Append(" HTTP/1.1\r\nHost: ").Append(host)
            .Append("\r\nUser-Agent: Gantry-Client (linux)\r\n");
        if (request.Upgrade) head.Append("Connection: Upgrade\r\nUpgrade: tcp\r\n");
        if (request.Body is not null)
            head.Append("Content-Type: ").Append(request.ContentType).Append("\r\nContent-Length: ").Append(request.Body.Length)
                .Append("\r\n");
        else if (request.BodyStream is not null || request.WriteBody is not null)
            head.Append("Content-Type: ").Append(request.ContentType).Append("\r\nTransfer-Encoding: chunked\r\n");
        else if (request.Method != "GET") head.Append("Content-Length: 0\r\n");
        head.Append(request.ExtraHeaders).Append("\r\n");

        byte[] bytes = new byte[head.Length + (request.Body?.Length ?? 0)];
        int length = Encoding.ASCII.GetBytes(head.ToString(), bytes);
        request.Body?.CopyTo(bytes, length);
        SendAll(bytes);
        if (request.BodyStream is not null) SendChunks(request.BodyStream);
        if (request.WriteBody is not null) SendMeanwhile(request.WriteBody);
    }

    /// <summary>Sends a body on a thread of its own, while the answer is read: whichever of the two comes first.</summary>
    private void SendMeanwhile(Action<Stream> write)
    {
        // Nobody waits for that thread, so nobody knows when the next request could follow.
        Reusable = false;
        new Thread(() =>
        {
            ChunkedBody body = new(this);
            try
            {
                write(body);
                body.Finish();
            }
            catch (BodyNotWantedException)
            {
                // The answer says why.
            }
            catch
            {
                // What could not be written is known to whoever writes. The daemon must not take the half for the whole.
                Break();
            }
        })
        { IsBackground = true, Name = "request body" }.Start();
    }

    private void Break()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is broken already.
        }
    }

    /// <summary>Stops early when the daemon has already answered: it refused the body, and its answer says why.</summary>
    private void SendChunks(Stream body)
    {
        const int Room = 16; // for the chunk's length line
        byte[] chunk = new byte[Room + 64 * 1024 + 2];
        try
        {
            while (body.Read(chunk, Room, chunk.Length - Room - 2) is > 0 and int count)
            {
                string line = $"{count:x}\r\n";
                int from = Room - line.Length;
                Encoding.ASCII.GetBytes(line, chunk.AsSpan(from));
                chunk[Room + count] = (byte)'\r';
                chunk[Room + count + 1] = (byte)'\n';
                SendAll(chunk.AsSpan(from, line.Length + count + 2));
                if (_socket.Poll(0, SelectMode.SelectRead))
                {
                    Reusable = false;
                    return;
                }
            }
            SendAll("0\r\n\r\n"u8);
        }
        catch (SocketException) when (_socket.Poll(0, SelectMode.SelectRead))
        {
            Reusable = false;
        }
    }

    public void SendAll(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[_socket.Send(bytes)..];
    }

    /// <summary>The next line without its end, or null when the daemon closed the connection before it.</summary>
    public string? ReadLine()
    {
        while (true)
        {
            int newline = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                int length = newline > 0 && _buffer[_start + newline - 1] == '\r' ? newline - 1 : newline;
                string line = Encoding.UTF8.GetString(_buffer, _start, length);
                _start += newline + 1;
                return line;
            }
            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }
            if (_end == _buffer.Length) throw new ApiConnectionException("the daemon's answer has a header line longer than 16 KiB");
            int count = _socket.Receive(_buffer, _end, _buffer.Length - _end, SocketFlags.None);
            if (count == 0) return null;
            _end += count;
        }
    }

    /// <returns>0 when the daemon has closed its side.</returns>
    public int Read(Span<byte> into)
    {
        if (into.IsEmpty) return 0;
        if (_start == _end)
        {
            if (into.Length >= _buffer.Length) return _socket.Receive(into);
            (_start, _end) = (0, _socket.Receive(_buffer));
            if (_end == 0) return 0;
        }
        int count = Math.Min(into.Length, _end - _start);
        _buffer.AsSpan(_start, count).CopyTo(into);
        _start += count;
        return count;
    }

    /// <inheritdoc cref="Read"/>
    public ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken cancellation) =>
        _start < _end || into.IsEmpty ? ValueTask.FromResult(Read(into.Span)) : _socket.ReceiveAsync(into, SocketFlags.None, cancellation);

    public void Dispose() => _socket.Dispose();
}
