using System.Net.Sockets;

namespace Gantry.Api.Client;

/// <summary>The raw duplex stream of an attach or exec after the HTTP part. One thread may read while another writes.</summary>
public sealed class HijackedStream : Stream
{
    private readonly ApiConnection _connection;

    internal HijackedStream(ApiConnection connection) => this._connection = connection;

    /// <summary>Tells the other side that no more input comes; its output still arrives.</summary>
    public void CloseWrite()
    {
        try
        {
            _connection.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The daemon went first, which the reader sees; or the user detached.
        }
    }

    /// <returns>0 at the end, which a lost connection also is: the process has ended and the daemon with it or before us,
    /// or we have closed it ourselves.</returns>
    public override int Read(Span<byte> into)
    {
        try
        {
            return _connection.Read(into);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }

    /// <exception cref="IOException">The other side is gone.</exception>
    public override void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0) bytes = bytes[_connection.Socket.Send(bytes)..];
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <inheritdoc cref="Read(Span{byte})"/>
    public override async ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken cancellation = default)
    {
        try
        {
            return await _connection.ReadAsync(into, cancellation);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }

    /// <inheritdoc cref="Write(ReadOnlySpan{byte})"/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default)
    {
        try
        {
            while (bytes.Length > 0) bytes = bytes[await _connection.Socket.SendAsync(bytes, SocketFlags.None, cancellation)..];
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new IOException(e.Message, e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _connection.Dispose();
        base.Dispose(disposing);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
