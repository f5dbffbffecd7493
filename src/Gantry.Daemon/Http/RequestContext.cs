using Gantry.Daemon.Http.Hijack;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Daemon.Http;

/// <summary>One request and its answer, as handlers see them.</summary>
/// <remarks>Reading the body is in <c>RequestContext.Body.cs</c>, answering in <c>RequestContext.Answer.cs</c>, taking the connection in
/// <c>RequestContext.Hijack.cs</c>.</remarks>
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
}
