using System.Net.Sockets;
using System.Text;

namespace Gantry.Api;

/// <summary>
/// One HTTP/1.1 connection to the daemon, one request at a time. Blocking, on the bare socket: a command lives for milliseconds,
/// and most of what a general client brings (pools, timers, worker threads) would take longer to start than the request itself.
/// </summary>
internal sealed class ApiConnection : IDisposable
{
    private readonly Socket socket;
    private readonly byte[] buffer = new byte[16 * 1024];
    private int start, end;

    private ApiConnection(Socket socket) => this.socket = socket;

    /// <summary>False once an answer ends only with the connection, or was not read to its end.</summary>
    public bool Reusable { get; set; } = true;

    public Socket Socket => socket;

    /// <summary>Something has arrived, or the other side has closed: between two requests either means that it is of no more use.</summary>
    public bool HasInput => start < end || socket.Poll(0, SelectMode.SelectRead);

    public static ApiConnection Open(DaemonAddress address)
    {
        Socket socket = address.SocketPath is null ? new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true } : new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
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
        head.Append(request.Method).Append(' ').Append(prefix).Append(request.Path).Append(" HTTP/1.1\r\nHost: ").Append(host).Append("\r\nUser-Agent: Gantry-Client (linux)\r\n");
        if (request.Upgrade) head.Append("Connection: Upgrade\r\nUpgrade: tcp\r\n");
        if (request.Body is not null) head.Append("Content-Type: ").Append(request.ContentType).Append("\r\nContent-Length: ").Append(request.Body.Length).Append("\r\n");
        else if (request.BodyStream is not null) head.Append("Content-Type: ").Append(request.ContentType).Append("\r\nTransfer-Encoding: chunked\r\n");
        else if (request.Method != "GET") head.Append("Content-Length: 0\r\n");
        head.Append(request.ExtraHeaders).Append("\r\n");

        byte[] bytes = new byte[head.Length + (request.Body?.Length ?? 0)];
        int length = Encoding.ASCII.GetBytes(head.ToString(), bytes);
        request.Body?.CopyTo(bytes, length);
        SendAll(bytes);
        if (request.BodyStream is not null) SendChunks(request.BodyStream);
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
                if (socket.Poll(0, SelectMode.SelectRead))
                {
                    Reusable = false;
                    return;
                }
            }
            SendAll("0\r\n\r\n"u8);
        }
        catch (SocketException) when (socket.Poll(0, SelectMode.SelectRead))
        {
            Reusable = false;
        }
    }

    private void SendAll(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[socket.Send(bytes)..];
    }

    /// <summary>The next line without its end, or null when the daemon closed the connection before it.</summary>
    public string? ReadLine()
    {
        while (true)
        {
            int newline = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                int length = newline > 0 && buffer[start + newline - 1] == '\r' ? newline - 1 : newline;
                string line = Encoding.UTF8.GetString(buffer, start, length);
                start += newline + 1;
                return line;
            }
            if (start > 0)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
            }
            if (end == buffer.Length) throw new ApiConnectionException("the daemon's answer has a header line longer than 16 KiB");
            int count = socket.Receive(buffer, end, buffer.Length - end, SocketFlags.None);
            if (count == 0) return null;
            end += count;
        }
    }

    /// <returns>0 when the daemon has closed its side.</returns>
    public int Read(Span<byte> into)
    {
        if (into.IsEmpty) return 0;
        if (start == end)
        {
            if (into.Length >= buffer.Length) return socket.Receive(into);
            (start, end) = (0, socket.Receive(buffer));
            if (end == 0) return 0;
        }
        int count = Math.Min(into.Length, end - start);
        buffer.AsSpan(start, count).CopyTo(into);
        start += count;
        return count;
    }

    public void Dispose() => socket.Dispose();
}
