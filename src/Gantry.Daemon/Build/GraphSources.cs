using Gantry.Api.Images;
using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.BuildKit.Definitions;
using Gantry.BuildKit.Progress;
using Gantry.BuildKit.Sessions;
using Gantry.BuildKit.Solving;
using Gantry.Engine.Images;
using Gantry.Engine.Images.Pull;
using Gantry.Oci.Image;
using Gantry.Storage.Roots;

namespace Gantry.Daemon.Build;

/// <summary>Where one graph has its images, results and secrets from.</summary>
/// <param name="images">Those that are here, or come: whether a newer one is looked for, and where that is told.</param>
internal sealed class GraphSources(ImageStore store, Func<bool, Action<JsonMessage>, IBaseImages> images, SolveOrder order,
    ClientSession session, BuildStatus status, Lease lease, Func<AskedSurroundings, RunSurroundings> surround) : IGraphSources
{
    public async Task<BuiltTree> FindImageAsync(string reference, string? platform, bool pull, CancellationToken cancellation)
    {
        // Without a word it is this host's, under whichever of its names.
        bool isHost = platform is null || TargetPlatform.Parse(platform) == TargetPlatform.Host;
        BaseImage found = await new ToldImages(report => images(pull, report), status)
            .FindAsync(reference, isHost ? null : platform, lease, cancellation);
        return found.Tree;
    }

    public Task<BuiltTree> FindLayoutAsync(string name, string digest, string? platform, CancellationToken cancellation) =>
        status.TellAsync($"[internal] load layout {name}@{digest}", async () =>
        {
            LayoutImage layout = new(store.Content, lease, (blob, output, token) => session.ReadBlobAsync(name, blob, output, token));
            return new BuiltTree([.. (await layout.FetchAsync(digest, platform, cancellation))
                .Select(layer => new TreeLayer(layer.DiffId, layer.Blob))]);
        });

    public BuiltTree FindResult(string name)
    {
        if (order.FindResult(name) is not SolvedResult result)
            throw GantryException.NotFound($"there is no result {name}: it has gone with the connection that made it");
        foreach (string chain in result.Tree.ChainIds) lease.PinLayer(chain);
        foreach (TreeLayer layer in result.Tree.Layers) lease.PinBlob(layer.Blob.Digest);
        return result.Tree.ChainIds.All(store.Snapshotter.Contains) ? result.Tree
            : throw GantryException.NotFound($"the result {name} has gone");
    }

    public Task<byte[]?> FindSecretAsync(string id, CancellationToken cancellation) => session.FindSecretAsync(id, cancellation);

    public RunSurroundings Surround(AskedSurroundings asked) => surround(asked);
}
