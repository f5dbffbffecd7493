using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gantry.Api.Client;

/// <summary>One request; the version prefix is put before <see cref="Path"/> when it is sent.</summary>
internal sealed class ApiRequest
{
    public required string Method { get; init; }
    public required string Path { get; init; }
    public byte[]? Body { get; init; }
    /// <summary>Sent in chunks, once: such a request cannot be repeated.</summary>
    public Stream? BodyStream { get; init; }
    /// <summary>Writes the body, on a thread of its own, while the answer is waited for and read; as <see cref="BodyStream"/> once.
    /// </summary>
    public Action<Stream>? WriteBody { get; init; }
    public string ContentType { get; init; } = "application/json";
    /// <summary>Ask for a raw duplex stream after the answer.</summary>
    public bool Upgrade { get; init; }
    /// <summary>Further header lines, each ended by CRLF.</summary>
    public string ExtraHeaders { get; init; } = "";
    /// <summary><c>/_ping</c> has no version in its path.</summary>
    public bool Unversioned { get; init; }

    public static ApiRequest Get(Query query) => new() { Method = "GET", Path = query.ToString() };
    public static ApiRequest Post(Query query) => new() { Method = "POST", Path = query.ToString() };
    public static ApiRequest Delete(Query query) => new() { Method = "DELETE", Path = query.ToString() };
    public static ApiRequest Post(Query query, byte[] body, bool upgrade = false) =>
        new() { Method = "POST", Path = query.ToString(), Body = body, Upgrade = upgrade };
    public static ApiRequest Post<T>(Query query, T body, JsonTypeInfo<T> type) =>
        Post(query, JsonSerializer.SerializeToUtf8Bytes(body, type));
}
