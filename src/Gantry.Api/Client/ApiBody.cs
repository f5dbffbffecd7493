using System.Globalization;
using System.Net.Sockets;

namespace Gantry.Api.Client;

/// <summary>The body of an answer: of known length, in chunks, or up to the end of the connection.</summary>
internal sealed class ApiBody : Stream
{
    private readonly ApiConnection _connection;
    private readonly bool _chunked;
    private readonly bool _untilClose;
    /// <summary>Bytes left in the body or in the present chunk.</summary>
    private long _left;
    private bool _firstChunk = true;

    public ApiBody(ApiConnection connection, long length) : this(connection, length, chunked: false, untilClose: false) =>
        AtEnd = length == 0;

    private ApiBody(ApiConnection connection, long length, bool chunked, bool untilClose) =>
        (this._connection, _left, this._chunked, this._untilClose) = (connection, length, chunked, untilClose);

    public static ApiBody Chunked(ApiConnection connection) => new(connection, 0, chunked: true, untilClose: false);

    public static ApiBody UntilClose(ApiConnection connection)
    {
        connection.Reusable = false;
        return new(connection, long.MaxValue, chunked: false, untilClose: true);
    }

    public bool AtEnd { get; private set; }

    public override int Read(Span<byte> into)
    {
        if (AtEnd || into.IsEmpty) return 0;
        try
        {
            if (_chunked && _left == 0 && !NextChunk()) return 0;
            int count = _connection.Read(into[..(int)Math.Min(into.Length, _left)]);
            if (count == 0)
            {
                AtEnd = true;
                return _untilClose ? 0 : throw Broken(null);
            }
            _left -= count;
            if (!_chunked && _left == 0) AtEnd = true;
            return count;
        }
        catch (SocketException e)
        {
            throw Broken(e);
        }
    }

    private static ApiConnectionException Broken(Exception? cause) =>
        new("the connection to the daemon ended in the middle of its answer", cause);

    private bool NextChunk()
    {
        if (!_firstChunk) _connection.ReadLine();
        _firstChunk = false;
        string line = _connection.ReadLine() ?? throw Broken(null);
        int extension = line.IndexOf(';');
        ReadOnlySpan<char> digits = extension < 0 ? line : line.AsSpan(0, extension);
        if (!long.TryParse(digits.Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _left) || _left < 0)
            throw new ApiConnectionException($"the daemon's answer has a damaged chunk length: {line}");
        if (_left > 0) return true;
        while (_connection.ReadLine() is { Length: > 0 }) { }
        AtEnd = true;
        return false;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
