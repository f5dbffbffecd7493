using System.Net.Sockets;
using System.Text;

namespace Gantry.Api.Client;

/// <summary>The body of a request whose length nobody knows, in chunks as they fill.</summary>
/// <exception cref="BodyNotWantedException">From every write, once the daemon has closed the connection.</exception>
internal sealed class ChunkedBody(ApiConnection connection) : Stream
{
    private const int Room = 16; // for the chunk's length line

    private readonly byte[] _chunk = new byte[Room + 64 * 1024 + 2];
    private int _count;

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int piece = Math.Min(bytes.Length, _chunk.Length - Room - 2 - _count);
            bytes[..piece].CopyTo(_chunk.AsSpan(Room + _count));
            bytes = bytes[piece..];
            _count += piece;
            if (Room + _count + 2 == _chunk.Length) Flush();
        }
    }

    public override void Flush()
    {
        if (_count == 0) return;
        string line = $"{_count:x}\r\n";
        int from = Room - line.Length;
        Encoding.ASCII.GetBytes(line, _chunk.AsSpan(from));
        "\r\n"u8.CopyTo(_chunk.AsSpan(Room + _count));
        Send(_chunk.AsSpan(from, line.Length + _count + 2));
        _count = 0;
    }

    /// <summary>Says that the body is whole.</summary>
    public void Finish()
    {
        Flush();
        Send("0\r\n\r\n"u8);
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            connection.SendAll(bytes);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new BodyNotWantedException(e);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
