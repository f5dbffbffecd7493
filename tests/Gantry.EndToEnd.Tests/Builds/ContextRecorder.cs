using System.Collections.Concurrent;
using System.Formats.Tar;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gantry.EndToEnd.Builds;

/// <summary>What a client takes for a daemon: it builds nothing, and knows what names were in the contexts that it got.</summary>
internal sealed class ContextRecorder : IAsyncDisposable
{
    private readonly WebApplication _server;

    private ContextRecorder(WebApplication server) => _server = server;

    /// <summary>By what the client called the image.</summary>
    public ConcurrentDictionary<string, IReadOnlySet<string>> Contexts { get; } = new();

    public static async Task<ContextRecorder> StartAsync(string socket)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.ListenUnixSocket(socket));
        ContextRecorder recorder = new(builder.Build());
        recorder._server.Run(recorder.AnswerAsync);
        await recorder._server.StartAsync();
        return recorder;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        context.Response.Headers["API-Version"] = "1.41";
        if (context.Request.Path == "/_ping") return;
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        if (!context.Request.Path.Value!.EndsWith("/build", StringComparison.Ordinal)) return;
        HashSet<string> names = [];
        await using TarReader reader = new(context.Request.Body);
        while (await reader.GetNextEntryAsync() is { } entry) names.Add(entry.Name.TrimEnd('/'));
        Contexts[context.Request.Query["t"].ToString()] = names;
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        await context.Response.WriteAsync("""{"message":"it is written down"}""");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
