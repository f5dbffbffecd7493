using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gantry.Daemon.Http;

public sealed partial class RequestContext
{
    /// <summary>No JSON body is larger: 4 MiB.</summary>
    public const int MaxJson = 4 << 20;

    /// <summary>The body as it comes, for archives. Not bounded.</summary>
    public Stream Body => new RequestBody(_http.Request.Body);

    /// <summary>Archives are read and written by blocking code on a thread of its own:
    /// decompressors and file systems have nothing better to offer.</summary>
    public void AllowBlocking()
    {
        if (_http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpBodyControlFeature>() is { } control)
            control.AllowSynchronousIO = true;
    }

    /// <summary>The request's length where the client gave one.</summary>
    public long? BodyLength => _http.Request.ContentLength;

    /// <summary>The body as an object. Unknown fields are ignored.</summary>
    /// <returns>Null when there is no body (or it says <c>null</c>).</returns>
    /// <exception cref="GantryException">InvalidArgument: not JSON, or a field of the wrong type.</exception>
    /// <exception cref="BodyTooLargeException">More than <see cref="MaxJson"/>.</exception>
    public async Task<T?> ReadJsonAsync<T>(JsonTypeInfo<T> type) where T : class
    {
        if (BodyLength is 0 || !HasBody()) return null;
        CheckContentType();
        if (BodyLength > MaxJson) throw new BodyTooLargeException(MaxJson);
        ArrayBufferWriter<byte> body = new((int)(BodyLength ?? 1024));
        while (true)
        {
            // Not until the client leaves: one that has closed its sending half has sent all this, and waits for the answer.
            int count = await Body.ReadAsync(body.GetMemory(1024), CancellationToken.None);
            if (count == 0) break;
            body.Advance(count);
            if (body.WrittenCount > MaxJson) throw new BodyTooLargeException(MaxJson);
        }
        return body.WrittenCount == 0 ? null : Parse(body.WrittenSpan, type);
    }

    /// <summary>As <see cref="ReadJsonAsync"/>, for routes that make no sense without a body.</summary>
    /// <exception cref="GantryException">InvalidArgument: also when there is none.</exception>
    public async Task<T> RequireJsonAsync<T>(JsonTypeInfo<T> type) where T : class
    {
        if (BodyLength is 0 || !HasBody()) CheckContentType();
        return await ReadJsonAsync(type) ?? throw GantryException.Invalid("invalid JSON: got EOF while reading request body");
    }

    private bool HasBody() =>
        _http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? true;

    /// <remarks>A body that does not call itself JSON is refused: it keeps web pages from posting to a daemon on localhost by a
    /// form.</remarks>
    private void CheckContentType()
    {
        string type = Header("Content-Type");
        if (type.Length == 0) throw GantryException.Invalid("malformed Content-Type header (): mime: no media type");
        if (!MediaTypeHeaderValue.TryParse(type, out MediaTypeHeaderValue? media))
            throw GantryException.Invalid($"malformed Content-Type header ({type}): mime: invalid media type");
        if (!string.Equals(media.MediaType, "application/json", StringComparison.OrdinalIgnoreCase))
            throw GantryException.Invalid($"unsupported Content-Type header ({type}): must be 'application/json'");
    }

    private static T? Parse<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
    {
        try
        {
            T? value = JsonSerializer.Deserialize(json, type);
            NulBytes.RefuseIn(json);
            return value;
        }
        catch (JsonException e)
        {
            throw GantryException.Invalid(Explain(json, e));
        }
    }

    private static string Explain(ReadOnlySpan<byte> json, JsonException e)
    {
        try
        {
            Utf8JsonReader reader = new(json);
            while (reader.Read()) { }
        }
        catch (JsonException syntax)
        {
            // The framework's sentence without its own coordinates, which it repeats.
            string message = syntax.Message;
            int end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            return $"invalid JSON: {(end > 0 ? message[..end] : message)} (line {syntax.LineNumber + 1}, byte "
                + $"{syntax.BytePositionInLine + 1})";
        }
        string field = e.Path is null or "$" ? "the body" : "field " + e.Path.Replace("$.", "");
        return $"invalid JSON: {field} has the wrong type: found {TokenAt(json, e)}";
    }

    private static string TokenAt(ReadOnlySpan<byte> json, JsonException e)
    {
        // Line and byte point behind the value that did not fit.
        long line = e.LineNumber ?? 0, at = 0;
        for (; line > 0 && at < json.Length; at++)
            if (json[(int)at] == '\n') line--;
        at += e.BytePositionInLine ?? 0;
        Utf8JsonReader reader = new(json);
        while (reader.Read())
            if (reader.BytesConsumed >= at) break;
        return reader.TokenType switch
        {
            JsonTokenType.String => "a string",
            JsonTokenType.Number => "a number (or one that is out of range)",
            JsonTokenType.True or JsonTokenType.False => "a boolean",
            JsonTokenType.StartArray or JsonTokenType.EndArray => "an array",
            JsonTokenType.StartObject or JsonTokenType.EndObject => "an object",
            JsonTokenType.Null => "null",
            _ => "something else",
        };
    }
}

/// <summary>The body is larger than what the route reads (413).</summary>
public sealed class BodyTooLargeException(int limit) :
    Exception($"request body too large: this request takes at most {limit} bytes of JSON");
