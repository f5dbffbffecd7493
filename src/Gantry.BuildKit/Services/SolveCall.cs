using Gantry.Build.Sessions;
using Gantry.BuildKit.Definitions;
using Gantry.BuildKit.History;
using Gantry.BuildKit.Progress;
using Gantry.BuildKit.Protocol.ControlApi;
using Gantry.BuildKit.Protocol.GraphApi;
using Gantry.BuildKit.Sessions;
using Gantry.BuildKit.Solving;
using Grpc.Core;

namespace Gantry.BuildKit.Services;

/// <summary>Builds: from what the client asks for to what it has of it.</summary>
internal sealed class SolveCall(IKitBuilder builder, KitBuilds builds, SessionList<ClientSession> sessions, BuildHistory history,
    SolvedInputs inputs, TimeProvider time)
{
    /// <summary>What the build has warned of, for a client that did not ask for what goes on in it.</summary>
    private const string Warnings = "gantry.build.warnings";

    /// <summary>A client may ask what went on after it is over: it asks for both at once.</summary>
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(10);

    /// <param name="connection">Cancelled when the client's connection ends: results are there until then.</param>
    public async Task<SolveResponse> RunAsync(SolveRequest request, CancellationToken connection, CancellationToken cancellation)
    {
        SolveOrders.Check(request);
        IReadOnlyList<ExportOrder> exports = SolveOrders.Exports(request);
        foreach (ExportOrder export in exports) builder.Check(export, request.FrontendAttrs.AsReadOnly());
        builds.Reserve(request.Ref);
        bool hasBegun = false;
        try
        {
            ClientSession session = await sessions.WaitAsync(request.Session, cancellation);
            BuildRecord record = RecordOf(request, exports);
            BuildNews news = history.Begin(record);
            hasBegun = true;
            return await RunAsync(request, exports, session, record, news, connection, cancellation);
        }
        finally
        {
            if (!hasBegun) builds.Remove(request.Ref);
        }
    }

    private async Task<SolveResponse> RunAsync(SolveRequest request, IReadOnlyList<ExportOrder> exports, ClientSession session,
        BuildRecord record, BuildNews news, CancellationToken connection, CancellationToken cancellation)
    {
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, session.Gone);
        StatusFeed feed = new();
        BuildStatus status = new(feed, time, request.Ref);
        KitBuild build = new(request.Ref, session, status, news, both.Token)
        {
            Inputs = new Dictionary<string, Definition>(request.FrontendInputs), CacheExports = SolveOrders.CacheExports(request.Cache),
            Entitlements = request.Entitlements.ToHashSet(),
        };
        builds.Announce(build);
        NewsWriter writer = new(news);
        Task telling = Task.Run(() => TellAsync(feed, writer), CancellationToken.None);
        bool isGood = false;
        try
        {
            Dictionary<string, string> answers = await BuildAsync(request, exports, build);
            if (!build.IsHeard && status.Warnings is { Count: > 0 } warnings) answers[Warnings] = string.Join('\n', warnings);
            record = record with { Answers = answers };
            isGood = true;
            SolveResponse answer = new();
            foreach ((string name, string value) in answers) answer.ExporterResponse.Add(name, value);
            return answer;
        }
        catch (Exception e)
        {
            bool hasLeft = e is OperationCanceledException && session.Gone.IsCancellationRequested
                && !cancellation.IsCancellationRequested;
            Exception told = hasLeft ? GantryException.Unavailable("the build's client has ended its session") : e;
            Status failure = CallStatus.Of(told);
            record = record with { Code = (int)failure.StatusCode, Error = RecordedOptions.Error(failure.Detail) };
            if (SolveFailure.IsOfBuild(e)) throw SolveFailure.Of(e);
            if (told != e) throw told;
            throw;
        }
        finally
        {
            await both.CancelAsync();
            feed.End();
            await telling;
            news.End();
            _ = RetireAsync(build, keepsResults: isGood, isForgotten: request.Internal, connection);
            history.End(writer.Counted(record) with { Completed = time.GetUtcNow() }, keep: !request.Internal);
        }
    }

    private async Task<Dictionary<string, string>> BuildAsync(SolveRequest request, IReadOnlyList<ExportOrder> exports, KitBuild build)
    {
        CancellationToken cancellation = build.Cancellation;
        ReturnedBuild? returned;
        bool isOwn = request.Frontend.Length > 0 || !SourceGraph.IsEmpty(request.Definition);
        if (isOwn)
        {
            SolveOrder order = new(request.Frontend, new Dictionary<string, string>(request.FrontendAttrs))
            {
                Build = build.Name, Graph = SourceGraph.IsEmpty(request.Definition) ? null : new GraphOrder(request.Definition),
                FindResult = builds.FindResult, Entitlements = build.Entitlements,
                CacheImports = SolveOrders.CacheImports(request.Cache), CacheExports = build.CacheExports,
            };
            order = await inputs.AddAsync(order, request.FrontendInputs, build, cancellation);
            returned = new ReturnedBuild(await builder.SolveAsync(order, build.Session, build.Status, cancellation), null);
        }
        else returned = await build.Returned.Task.WaitAsync(cancellation);
        try
        {
            Dictionary<string, string> answers = [];
            if (returned is null && exports.Count > 0) throw GantryException.Invalid("the build has no result that could be exported");
            foreach (ExportOrder export in exports)
            {
                // Who exports it has the last word.
                ExportOrder order = export with { Configuration = export.Configuration ?? returned!.Configuration };
                foreach ((string name, string value) in
                    await returned!.Result.ExportAsync(order, build.Session, build.Status, cancellation)) answers[name] = value;
            }
            return answers;
        }
        finally
        {
            if (isOwn) returned?.Result.Dispose();
        }
    }

    private static async Task TellAsync(StatusFeed feed, NewsWriter writer)
    {
        while (await feed.NextAsync(CancellationToken.None) is { } message) writer.Add(message);
    }

    private async Task RetireAsync(KitBuild build, bool keepsResults, bool isForgotten, CancellationToken connection)
    {
        Task gone = Task.Delay(Timeout.Infinite, connection);
        await Task.WhenAny(gone, Task.Delay(Afterwards, time, CancellationToken.None));
        if (keepsResults && build.HasResults) await Task.WhenAny(gone);
        builds.Remove(build.Name);
        build.Dispose();
        using BuildNews news = build.News;
        if (isForgotten) news.Delete();
    }

    private BuildRecord RecordOf(SolveRequest request, IReadOnlyList<ExportOrder> exports) => new()
    {
        Name = request.Ref, Frontend = request.Frontend, Options = RecordedOptions.Of(request.FrontendAttrs.AsReadOnly()),
        Exports = [.. exports.Select(export => new RecordedExport(export.Type, RecordedOptions.Of(export.Attributes)))],
        Created = time.GetUtcNow(),
    };
}
