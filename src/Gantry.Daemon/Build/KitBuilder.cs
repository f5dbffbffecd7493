using Gantry.Build;
using Gantry.Build.Planning;
using Gantry.Build.Results;
using Gantry.BuildKit.Definitions;
using Gantry.BuildKit.Progress;
using Gantry.BuildKit.Sessions;
using Gantry.BuildKit.Solving;
using Gantry.Daemon.Images;
using Gantry.Oci.Image;
using Gantry.Storage.Roots;

namespace Gantry.Daemon.Build;

/// <summary>The builder for clients that speak BuildKit's protocol with it directly.</summary>
internal sealed class KitBuilder(Builder builder, ImagePart images, FrontendQuery queries) : IKitBuilder
{
    private const string Dockerfiles = "dockerfile.v0", Gateway = "gateway.v0";

    public string Version => ProductVersion.Text;

    public (string Os, string Architecture) Platform => (TargetPlatform.Host.Os, TargetPlatform.Host.Architecture);

    public void Check(ExportOrder order, IReadOnlyDictionary<string, string> options) =>
        BuildOutput.Of(order).RequireFor(FrontendQuery.AreSeveral(options), FrontendAttestations.Read(options));

    public async Task<ISolvedBuild> SolveAsync(SolveOrder order, ClientSession session, BuildStatus status, CancellationToken cancellation)
    {
        try
        {
            return order.Graph is { } graph && order.Frontend.Length == 0
                ? await Task.Run(() => new GraphBuild(builder, images, queries.Surround)
                    .RunAsync(graph, order, session, status, cancellation), cancellation)
                : await SolveFileAsync(order, session, status, cancellation);
        }
        finally
        {
            builder.TidySoon();
        }
    }

    private async Task<ISolvedBuild> SolveFileAsync(SolveOrder order, ClientSession session, BuildStatus status,
        CancellationToken cancellation)
    {
        RequireOwn(order);
        BuildQuery query = queries.Read(order);
        SessionCredentials credentials = new(session);
        BuildImages Bases(Action<Api.Images.JsonMessage> report) =>
            new(images.Store, images.Pulls, credentials.FindAsync, query.Pull, report);
        ToldSession told = new(session, status, request => TransferTitles.Of(request, query));
        DateTimeOffset begun = DateTimeOffset.UtcNow;
        // Steps block: not on a thread that serves calls.
        return await Task.Run(async () =>
        {
            using BuildContexts contexts = await ReceiveAsync(query, told, status, cancellation);
            BuildClient client = new(new StatusVoice(query, status), new ResultImages(new ToldImages(Bases, status), order.Inputs),
                credentials.FindAsync);
            IReadOnlyList<SolvedBuild> solved = await new BuildSolve(builder, images, query, contexts, client)
                .RunAsync(DockerfileText.Parse(contexts.Dockerfile, query), cancellation);
            return new SolvedResult(images, client, new BuiltFile(query, solved, contexts.Dockerfile, begun));
        }, cancellation);
    }

    public async Task<(string Digest, byte[] Configuration)> FindImageAsync(string reference, string? platform, bool pull,
        ClientSession session, BuildStatus status, CancellationToken cancellation)
    {
        SessionCredentials credentials = new(session);
        ToldImages bases = new(report => new BuildImages(images.Store, images.Pulls, credentials.FindAsync, pull, report), status);
        Lease lease = builder.Cache.Begin();
        try
        {
            BaseImage found = await bases.FindAsync(reference, platform, lease, cancellation);
            return (images.Store.ResolveAndPin(found.Id, null, lease).Manifest, BuiltImage.Serialize(found.Image));
        }
        finally
        {
            builder.Cache.End(lease);
        }
    }

    /// <summary>A front end is another's program: Docker's own is what this builder is itself.</summary>
    private static void RequireOwn(SolveOrder order)
    {
        if (order.Frontend == Dockerfiles) return;
        string source = order.Options.GetValueOrDefault("source", "");
        if (order.Frontend == Gateway && IsDockerfiles(source)) return;
        throw GantryException.Unsupported(order.Frontend == Gateway
            ? $"the front end {source} is an image, and this engine runs none: it builds Dockerfiles by itself"
            : $"there is no front end {order.Frontend}: this engine has {Dockerfiles}");
    }

    private static bool IsDockerfiles(string source)
    {
        string name = source.Split('@')[0];
        return name.LastIndexOf(':') is > 0 and var at && at > name.LastIndexOf('/') ? Is(name[..at]) : Is(name);

        static bool Is(string name) => name is "docker/dockerfile" or "docker/dockerfile-upstream" or "docker.io/docker/dockerfile"
            or "docker.io/docker/dockerfile-upstream";
    }

    private Task<BuildContexts> ReceiveAsync(BuildQuery query, ToldSession session, BuildStatus status, CancellationToken cancellation)
    {
        Task<BuildContexts> Receive() =>
            BuildContexts.ReceiveAsync(Stream.Null, query, session, builder, images.Registries, cancellation);
        return query.Remote == BuildContexts.ClientRemote ? Receive()
            : status.TellAsync("[internal] load remote build context", Receive);
    }
}
