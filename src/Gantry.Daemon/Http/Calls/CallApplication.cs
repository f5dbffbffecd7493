using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Daemon.Http.Calls;

/// <summary>From a request to its call, and from how that ends to what the client is told.</summary>
internal sealed partial class CallApplication(CallTable table, ILogger<CallApplication> log) : IHttpApplication<HttpContext>
{
    /// <summary>Characters of a message: a header has bounds on both sides.</summary>
    private const int LongestText = 4000;

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception) { }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        if (context.Request.Method != "POST"
            || context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) != true)
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }
        using CallContext call = new(context, CallTimeout.Read(context.Request.Headers["grpc-timeout"].ToString()));
        Status status = await RunAsync(call);
        if (context.RequestAborted.IsCancellationRequested) return;
        await call.StartAsync();
        IHeaderDictionary trailers = context.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers;
        trailers["grpc-status"] = ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture);
        if (status.Detail.Length > 0) trailers["grpc-message"] = CallOutcome.Escaped(Shortened(status.Detail));
    }

    private async Task<Status> RunAsync(CallContext call)
    {
        try
        {
            if (table.Find(call.Method) is not { } handler)
                return new Status(StatusCode.Unimplemented, $"{call.Method} is not served here");
            await handler(call);
            return call.Status;
        }
        catch (Exception e)
        {
            Status status = CallOutcome.Of(e, call);
            if (status.StatusCode == StatusCode.Unknown) LogFailed(call.Method, status.Detail, e is GantryException ? null : e);
            else LogRefused(call.Method, status.StatusCode, status.Detail);
            return status;
        }
    }

    private static string Shortened(string text) => text.Length <= LongestText ? text : text[..LongestText] + "…";
}
