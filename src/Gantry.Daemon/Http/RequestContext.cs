using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Daemon.Http.Hijack;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Daemon.Http;

/// <summary>One request and its answer, as handlers see them.</summary>
/// <remarks>Reading the body is in <c>RequestContext.Body.cs</c>, taking the connection in <c>RequestContext.Hijack.cs</c>.</remarks>
public sealed partial class RequestContext
{
    private readonly HttpContext _http;
    private readonly HijackableConnection? _connection;

    internal RequestContext(IFeatureCollection features)
    {
        _http = new DefaultHttpContext(features);
        _connection = features.Get<HijackableConnection>();
        Query = new RequestQuery(_http.Request.Query, _http.Request.QueryString.Value ?? "");
    }

    public string Method => _http.Request.Method;
    /// <summary>The version in the path, or the newest when there is none.</summary>
    public ApiVersion Version { get; internal set; } = ApiVersion.Newest;
    public RequestQuery Query { get; }
    /// <summary>Values of the route's placeholders, decoded.</summary>
    internal IReadOnlyDictionary<string, string> Values { get; set; } = new Dictionary<string, string>();
    /// <summary>The value of a placeholder, decoded: <c>context["id"]</c>.</summary>
    public string this[string placeholder] => Values[placeholder];

    /// <summary>Cancelled when the client hangs up. Not for a hijacked connection,
    /// where the end of the client's input says nothing.</summary>
    public CancellationToken Aborted => _connection?.Left ?? _http.RequestAborted;

    /// <returns>A request header's value; empty when there is none.</returns>
    public string Header(string name) => _http.Request.Headers[name].ToString();

    public IHeaderDictionary AnswerHeaders => _http.Response.Headers;
    internal HttpContext Http => _http;

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
