using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gantry.Api.Client;

/// <summary>An answer whose headers have arrived and whose body may still be on its way.</summary>
public sealed class ApiResponse : IDisposable
{
    private readonly Dictionary<string, string> _headers = new(StringComparer.OrdinalIgnoreCase);
    private readonly ApiClient _client;

    internal ApiConnection Connection { get; }
    public int Status { get; }
    public Stream Body { get; }

    /// <summary>Reads the status line and the headers.</summary>
    /// <exception cref="ApiConnectionException">The connection ended or what came is no HTTP.</exception>
    internal ApiResponse(ApiClient client, ApiConnection connection, bool isHead)
    {
        this._client = client;
        Connection = connection;
        do
        {
            _headers.Clear();
            Status = ReadHead();
        }
        while (Status == 100);
        Body = isHead || Status is 204 or 304 or 101 ? new ApiBody(connection, 0) : OpenBody();
    }

    public string? Header(string name) => _headers.GetValueOrDefault(name);

    /// <summary>The stream carries stdout and stderr in frames (API 1.42 and later say so).</summary>
    public bool IsMultiplexed => Header("Content-Type") == "application/vnd.docker.multiplexed-stream";

    private int ReadHead()
    {
        string line = Connection.ReadLine() ?? throw new ApiConnectionException("the daemon closed the connection without an answer");
        if (!line.StartsWith("HTTP/1.", StringComparison.Ordinal) || line.Length < 12
            || !int.TryParse(line.AsSpan(9, 3), CultureInfo.InvariantCulture, out int status))
            throw new ApiConnectionException($"what answers is not a container engine: {line}");
        while (Connection.ReadLine() is { Length: > 0 } header)
        {
            int colon = header.IndexOf(':');
            if (colon > 0) _headers[header[..colon]] = header[(colon + 1)..].Trim();
        }
        return status;
    }

    private ApiBody OpenBody()
    {
        if (string.Equals(Header("Connection"), "close", StringComparison.OrdinalIgnoreCase)) Connection.Reusable = false;
        if (string.Equals(Header("Transfer-Encoding"), "chunked", StringComparison.OrdinalIgnoreCase)) return ApiBody.Chunked(Connection);
        if (long.TryParse(Header("Content-Length"), CultureInfo.InvariantCulture, out long length)) return new ApiBody(Connection, length);
        return ApiBody.UntilClose(Connection);
    }

    public byte[] ReadAll()
    {
        using MemoryStream memory = new();
        Body.CopyTo(memory);
        return memory.ToArray();
    }

    internal T Read<T>(JsonTypeInfo<T> type) where T : class =>
        ReadOrNull(type) ?? throw new ApiConnectionException("the daemon answered null where an object is expected");

    internal T? ReadOrNull<T>(JsonTypeInfo<T> type) where T : class
    {
        byte[] body = ReadAll();
        try
        {
            return JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException e)
        {
            throw new ApiConnectionException(
                $"the daemon's answer is not the JSON that is expected, at {e.Path} (byte {e.BytePositionInLine})", e);
        }
    }

    /// <summary>Gives the connection back for the next request when the body was read to its end, and closes it otherwise.</summary>
    public void Dispose() => _client.Return(Connection, Connection.Reusable && ((ApiBody)Body).AtEnd);
}
