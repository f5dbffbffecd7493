using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gantry.Daemon.Http;

public sealed partial class RequestContext
{
    public bool AnswerStarted => _hijacked || _http.Response.HasStarted;

    /// <summary>For the log; 101 stands for both ways of taking a connection over.</summary>
    internal int AnswerStatus => _hijacked ? 101 : _http.Response.StatusCode;

    public Task WriteJsonAsync<T>(T value, JsonTypeInfo<T> type, int status = 200)
    {
        _http.Response.StatusCode = status;
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(value, type);
        return WriteAsync(json, "application/json");
    }

    public Task WriteTextAsync(string text, string contentType = "text/plain; charset=utf-8", int status = 200)
    {
        _http.Response.StatusCode = status;
        return WriteAsync(Encoding.UTF8.GetBytes(text), contentType);
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> content, string contentType)
    {
        _http.Response.ContentType = contentType;
        _http.Response.ContentLength = content.Length;
        if (Method != "HEAD") await _http.Response.Body.WriteAsync(content);
    }

    /// <summary>Done, and there is nothing to say (204).</summary>
    public void NoContent() => _http.Response.StatusCode = 204;

    /// <summary>Done, or already so, without a body.</summary>
    public void Status(int status) => _http.Response.StatusCode = status;

    /// <summary>Starts an answer of unknown length. The head is sent at once: clients wait for it before they go on.</summary>
    /// <returns>Where to write; each write is sent when flushed.</returns>
    public async Task<Stream> StartStreamAsync(string contentType, int status = 200)
    {
        _http.Response.StatusCode = status;
        _http.Response.ContentType = contentType;
        await _http.Response.StartAsync();
        await _http.Response.Body.FlushAsync();
        return _http.Response.Body;
    }

    internal async Task WriteErrorAsync(int status, string message)
    {
        _http.Response.StatusCode = status;
        if (status == 304) return;
        ArrayBufferWriter<byte> body = new();
        using (Utf8JsonWriter writer =
            new(body, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteString("message", message);
            writer.WriteEndObject();
        }
        await WriteAsync(body.WrittenMemory, "application/json");
    }
}
