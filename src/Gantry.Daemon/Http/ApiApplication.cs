using System.Diagnostics;
using Gantry.Daemon.Http.Hijack;
using Gantry.Linux;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Daemon.Http;

/// <summary>From a request to its handler, and from whatever goes wrong there to an answer.</summary>
internal sealed partial class ApiApplication(Router router, ILogger<ApiApplication> log) :
    IHttpApplication<RequestContext>
{
    public RequestContext CreateContext(IFeatureCollection contextFeatures) => new(contextFeatures);

    public void DisposeContext(RequestContext context, Exception? exception) { }

    public async Task ProcessRequestAsync(RequestContext context)
    {
        CommonHeaders.Set(context.AnswerHeaders);
        long start = Stopwatch.GetTimestamp();
        try
        {
            await DispatchAsync(context);
            if (log.IsEnabled(LogLevel.Debug))
                LogDone(context.Method, context.Http.Request.Path, context.AnswerStatus,
                    (long)Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }
        catch (Exception e) when (e is ClientGoneException || (e is OperationCanceledException && context.Aborted.IsCancellationRequested))
        {
            LogLeft(context.Method, context.Http.Request.Path);
            if (!context.AnswerStarted) context.Status(499);
        }
        catch (Exception e)
        {
            await FailAsync(context, e);
        }
    }

    private readonly IdleCollection _idle = new();

    private async Task DispatchAsync(RequestContext context)
    {
        Span<string> parts = Split(context.Http);
        if (context.Method == "OPTIONS")
        {
            // Browsers ask so before anything else, whatever the path.
            context.Status(200);
            return;
        }
        if (parts.Length > 0 && IsVersion(parts[0], out ApiVersion version))
        {
            version.Check(parts.Length > 1 ? parts[1] : "");
            context.Version = version;
            parts = parts[1..];
        }
        if (router.Find(context.Method, parts) is not var (route, values)) throw GantryException.NotFound("page not found");
        context.Values = values;
        using Activity? operation = Phase.Source.StartActivity(route.Operation);
        if (values.TryGetValue("id", out string? id)) operation?.SetTag("container", id);
        try
        {
            await route.Handler(context);
        }
        finally
        {
            _idle.Used();
        }
    }

    private static bool IsVersion(string part, out ApiVersion version)
    {
        version = default;
        return part.Length > 1 && part[0] == 'v' && ApiVersion.TryParse(part.AsSpan(1), out version);
    }

    /// <remarks>From the request line itself: the server's own decoding leaves <c>%2F</c> alone, and names may have slashes.</remarks>
    private static string[] Split(HttpContext http)
    {
        string target = http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        NulBytes.RefuseInTarget(target);
        int query = target.IndexOf('?');
        string path = target.StartsWith('/') ? target[..(query < 0 ? target.Length : query)] : http.Request.Path.Value ?? "";
        return Uri.UnescapeDataString(path).Split('/', StringSplitOptions.RemoveEmptyEntries);
    }

    private async Task FailAsync(RequestContext context, Exception e)
    {
        (int status, string message) = Describe(e);
        if (status == 500)
            LogFailed(context.Method, context.Http.Request.Path, status, message, e is GantryException or KernelException ? null : e);
        // Somebody else is wanted for it: a registry, a swarm, a supervisor that hangs.
        else if (status == 503) LogUnavailable(context.Method, context.Http.Request.Path, status, message);
        else LogRefused(context.Method, context.Http.Request.Path, status, message);
        if (context.AnswerStarted)
        {
            // The status is out: a cut connection is the only way left to say that this is not the whole answer.
            context.Http.Abort();
            return;
        }
        context.Http.Response.ContentLength = null;
        if (status == 413) context.Http.Response.Headers.Connection = "close";
        await context.WriteErrorAsync(status, message);
    }

    private static (int Status, string Message) Describe(Exception e) => e switch
    {
        GantryException known => (ErrorStatus.Of(known.Kind), known.Message),
        BodyTooLargeException large => (413, large.Message),
        BadHttpRequestException bad => (bad.StatusCode, bad.Message),
        _ => (500, Failure.Text(e)),
    };
}
