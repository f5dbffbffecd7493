using Gantry.Api.Builds;
using Gantry.Api.Wire;
using Gantry.Build;
using Gantry.Build.Contexts;
using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Sessions;
using Gantry.BuildKit.History;
using Gantry.BuildKit.Progress;
using Gantry.BuildKit.Services;
using Gantry.BuildKit.Sessions;
using Gantry.Daemon.Http;
using Gantry.Daemon.Images;
using Grpc.Core;

namespace Gantry.Daemon.Build;

/// <summary><c>POST /build?version=2</c>: builds whose clients have sessions.</summary>
internal sealed class SessionBuilds(Builder builder, ImagePart images, SessionList<ClientSession> sessions, BuildRecorder recorder,
    TimeProvider time)
{
    private const string ImageId = "moby.image.id", Frontend = "dockerfile.v0";

    private readonly UploadedContexts _uploads = new(time);

    /// <summary>The context of a build, in a request of its own.</summary>
    public async Task UploadAsync(RequestContext context, string build)
    {
        await _uploads.OfferAsync(build, context.Body, context.Aborted);
        context.Status(200);
    }

    /// <summary>Tells all, a failure too.</summary>
    public async Task RunAsync(BuildQuery query, ProgressStream output, CancellationToken cancellation)
    {
        ClientSession session = await sessions.WaitAsync(query.Session, cancellation);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, session.Gone);
        StatusFeed feed = new();
        BuildStatus status = new(feed, time, query.BuildId.Length > 0 ? query.BuildId : RandomId.New());
        output.Start();
        using RecordedBuild record = recorder.Begin(Frontend, query.Recorded, query.Output.Kind.ToWire());
        Task telling = Task.Run(() => TraceStream.RunAsync(feed, record.Add, query.Quiet ? null : output, cancellation),
            CancellationToken.None);
        string? id;
        try
        {
            IReadOnlyDictionary<string, string> about = await BuildAsync(query, session, status, both.Token);
            record.Succeeded(about);
            id = query.Output.Kind == BuildOutputKind.Image ? about[SolvedResult.ConfigDigest] : null;
        }
        catch (Exception e)
        {
            bool hasLeft = e is OperationCanceledException && session.Gone.IsCancellationRequested
                && !cancellation.IsCancellationRequested;
            Exception told = hasLeft ? GantryException.Unavailable("the build's client has ended its session")
                : e is DockerfileException dockerfile ? new GantryException(ErrorKind.InvalidArgument, dockerfile.Reason, e) : e;
            Status failure = CallStatus.Of(told);
            record.Failed((int)failure.StatusCode, failure.Detail);
            if (told != e) throw told;
            throw;
        }
        finally
        {
            feed.End();
            await telling.Quietly();
        }
        if (id is null) return;
        if (query.Quiet) output.Write(new Api.Images.JsonMessage { Stream = $"{id}\n" });
        else
            output.Write(new BuildImageMessage { Id = ImageId, Aux = new BuildResult { ID = id } }, ApiJson.Default.BuildImageMessage);
    }

    private Task<BuildContexts> ReceiveAsync(BuildQuery query, ToldSession session, BuildStatus status, CancellationToken cancellation)
    {
        if (query.Remote == BuildContexts.ClientRemote)
            return BuildContexts.ReceiveAsync(Stream.Null, query, session, builder, images.Registries, cancellation);
        return status.TellAsync("[internal] load remote build context", () => query.Remote != UploadedContexts.Remote
            ? BuildContexts.ReceiveAsync(Stream.Null, query, session, builder, images.Registries, cancellation)
            : _uploads.TakeAsync(query.BuildId, content => Task.Run(() => BuildContexts.ReceiveAsync(content, query with { Remote = "" },
                session, builder, images.Registries, cancellation)), cancellation));
    }

    private async Task<IReadOnlyDictionary<string, string>> BuildAsync(BuildQuery query, ClientSession session, BuildStatus status,
        CancellationToken cancellation)
    {
        DateTimeOffset begun = DateTimeOffset.UtcNow;
        SessionCredentials credentials = new(session);
        BuildImages Bases(Action<Api.Images.JsonMessage> report) =>
            new(images.Store, images.Pulls, credentials.FindAsync, query.Pull, report);
        ToldSession told = new(session, status, request => TransferTitles.Of(request, query));
        using BuildContexts contexts = await ReceiveAsync(query, told, status, cancellation);
        BuildClient client = new(new StatusVoice(query, status), new ToldImages(Bases, status), credentials.FindAsync);
        IReadOnlyList<SolvedBuild> solved = await new BuildSolve(builder, images, query, contexts, client)
            .RunAsync(DockerfileText.Parse(contexts.Dockerfile, query), cancellation);
        using SolvedResult result = new(images, client, new BuiltFile(query, solved, contexts.Dockerfile, begun));
        IReadOnlyDictionary<string, string> about = await result.ExportAsync(query.Output, session, status, cancellation);
        return about;
    }
}
