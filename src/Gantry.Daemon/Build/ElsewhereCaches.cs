using Gantry.Build.Execution;
using Gantry.Build.Files;
using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Build.Results;
using Gantry.Daemon.Images;
using Gantry.Engine.Images;
using Gantry.Engine.Images.Indexes;
using Gantry.Engine.Images.Pull;
using Gantry.Registry;
using Gantry.Registry.Authorization;
using Gantry.Storage.Roots;

namespace Gantry.Daemon.Build;

/// <summary>The caches of one build that are not this engine's own: in registries, and in directories of its client.</summary>
/// <remarks>A cache is an index of images, one for each stage: their histories say what their layers came of.</remarks>
internal sealed class ElsewhereCaches(ImagePart images, BuildQuery query, Func<Reference, CancellationToken, Task<Credentials>> credentials,
    ContextTrees contexts, Action<string> say) : IDisposable
{
    private static readonly Dictionary<string, string> Nothing = [];

    private readonly List<CachedLayers> _open = [];

    /// <summary>Those that come. One that is not to be had is told, and done without.</summary>
    /// <param name="lease">Of the build.</param>
    public async Task<IReadOnlyList<BaseImage>> OpenAsync(Lease lease, CancellationToken cancellation)
    {
        List<BaseImage> found = [];
        foreach (CacheQuery cache in query.CacheImports)
        {
            try
            {
                CachedLayers layers = await OpenAsync(cache, lease, cancellation);
                _open.Add(layers);
                found.AddRange((await layers.ReadAsync(cancellation)).Select(image => Describe(image, layers)));
            }
            catch (Exception e) when (Expected.Any(e))
            {
                say($"[Warning] the cache {cache.Name?.Familiar ?? "in a directory"} is done without: {Linux.Failure.Text(e)}\n");
            }
        }
        return found;
    }

    /// <summary>Sends what was built to where the cache is to be.</summary>
    /// <param name="write">Writes an archive to the client.</param>
    public async Task ExportAsync(BuildPlan plan, BuiltImage image, Func<Vertex, BuiltTree?> treeOf, Lease lease,
        Action<Action<Stream>> write, CancellationToken cancellation)
    {
        foreach (CacheQuery cache in query.CacheExports)
        {
            try
            {
                IReadOnlyList<Image> stages = Stages(cache.All ? plan.Stages : [plan.Target], image, treeOf, lease);
                if (stages.Count == 0) continue;
                if (cache.Name is { } name)
                {
                    IndexAssembly assembly = new(images.Store, images.Registries.Compression(""), Nothing);
                    Image index = await assembly.DescribeAsync([.. stages.Select(stage => new IndexPart(stage, plan.Target.Platform))],
                        lease, cancellation);
                    await images.Pushes.RunIndexAsync(name, index.Index!, await credentials(name, cancellation), static _ => { },
                        cancellation);
                    continue;
                }
                using SavedImages saved = new ImageSave(images.Store).Prepare(stages);
                write(saved.Write);
            }
            catch (Exception e) when (cache.IgnoreError && Expected.Any(e))
            {
                say($"[Warning] the cache {cache.Name?.Familiar ?? "in a directory"} was not written: {Linux.Failure.Text(e)}\n");
            }
            catch (GantryException e)
            {
                throw new GantryException(e.Kind, $"error writing the cache {cache.Name?.Familiar}: {e.Message}", e);
            }
        }
    }

    private async Task<CachedLayers> OpenAsync(CacheQuery cache, Lease lease, CancellationToken cancellation)
    {
        if (cache.Name is { } name)
            return await images.Pulls.OpenCacheAsync(name, await credentials(name, cancellation), lease, cancellation);
        return contexts.Named.TryGetValue(cache.Context, out ISourceTree? files)
            ? new LayoutCache(images.Store, lease, files.Root)
            : throw GantryException.Invalid($"there is no context {cache.Context}");
    }

    private List<Image> Stages(IEnumerable<PlannedStage> stages, BuiltImage image, Func<Vertex, BuiltTree?> treeOf, Lease lease)
    {
        ImageAssembly assembly = new(images.Store, Nothing);
        List<Image> made = [];
        foreach (PlannedStage stage in stages)
            if (treeOf(stage.Result) is { } tree && image.Describe(stage) is { } described)
                made.Add(assembly.Describe(BuiltImage.Serialize(described), [.. tree.Layers.Select(layer => layer.Blob)], lease));
        return [.. made.DistinctBy(one => one.Id)];
    }

    private static BaseImage Describe(CachedImage image, CachedLayers layers)
    {
        BuiltTree tree = new([.. image.Config.RootFs?.DiffIds?.Zip(image.Layers, (diffId, blob) => new TreeLayer(diffId, blob)) ?? []]);
        return new BaseImage(image.Id, image.Config, tree)
        {
            Fetch = (layer, below, cancellation) => layers.FetchAsync(layer.Blob, layer.DiffId, below.With(layer).Name,
                below.Layers.Count > 0 ? below.Name : null, cancellation),
        };
    }

    public void Dispose()
    {
        foreach (CachedLayers layers in _open) layers.Dispose();
    }
}
