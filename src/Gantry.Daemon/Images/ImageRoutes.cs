using Gantry.Api.Client;
using Gantry.Api.Images;
using Gantry.Api.Wire;
using Gantry.Daemon.Http;
using Gantry.Engine.Images;
using Gantry.Engine.Images.Indexes;

namespace Gantry.Daemon.Images;

/// <summary>Images by name: list, look, tag, remove. Names have slashes, so they take as many parts of the path as there are.</summary>
internal sealed class ImageRoutes(ImageStore images)
{
    private static readonly ApiVersion WithListedManifests = new(1, 47), WithManifests = new(1, 48);

    public void Map(Router router)
    {
        router.Get("/images/json", List);
        router.Get("/images/{name...}/json", Inspect);
        router.Get("/images/{name...}/history", History);
        router.Post("/images/{name...}/tag", Tag);
        router.Delete("/images/{name...}", Remove);
        router.Post("/images/prune", Prune);
    }

    private Task List(RequestContext context)
    {
        RequestFilters filters = context.Query.Filters().Allow("before", "dangling", "label", "label!", "reference", "since", "until");
        IReadOnlyList<ListedImage> found = new ImageList(images).Run(new ImageQuery
        {
            Dangling = filters.Bool("dangling"), Labels = filters.MatchLabels, Before = filters["before"], Since = filters["since"],
            // The oldest of several.
            Until = filters["until"].Select(text => Timestamp.Parse("until", text)).Min(),
            // Until API 1.40 the name had a parameter of its own.
            References = context.Version < new ApiVersion(1, 41) && context.Query.Text("filter") is { Length: > 0 } name ? [name]
                : filters["reference"],
        });
        ImageFamily family = new(images);
        bool withManifests = context.Version >= WithListedManifests && context.Query.Bool("manifests");
        bool sharedSize = context.Query.Bool("shared-size");
        List<ImageSummary> answer = [.. found.Select(listed => ImageWire.Summary(listed, family, listed.Image.Size, context.Version))];
        for (int i = 0; i < answer.Count; i++)
        {
            answer[i].Descriptor = ImageWire.Target(images, found[i].Image, context.Version);
            if (withManifests) answer[i].Manifests = Manifests(found[i].Image);
        }
        for (int i = 0; sharedSize && i < answer.Count; i++)
            answer[i].SharedSize = found[i].Image.ChainIds.Where(family.IsSharedLayer)
                .Sum(chain => images.Snapshotter.Layer(chain)?.Size ?? 0);
        return context.WriteJsonAsync(answer, ApiJson.Wire.ListImageSummary);
    }

    private Task Inspect(RequestContext context)
    {
        string? platform = RequestPlatform.Of(context);
        bool withManifests = context.Query.Bool("manifests");
        if (platform is not null && withManifests)
            throw GantryException.Invalid("conflicting options: manifests and platform options cannot both be set");
        Image image = images.Resolve(context["name"], platform);
        ImageInspect answer = ImageWire.Inspect(images, image, context.Version);
        if (withManifests && context.Version >= WithManifests) answer.Manifests = Manifests(image);
        return context.WriteJsonAsync(answer, ApiJson.Wire.ImageInspect);
    }

    private List<ImageManifestSummary> Manifests(Image image) => [.. new ManifestList(images).Run(image).Select(ManifestWire.Of)];

    private Task History(RequestContext context)
    {
        List<ImageHistory> answer =
            [.. images.HistoryOf(images.Resolve(context["name"], RequestPlatform.Of(context))).Select(ImageWire.History)];
        return context.WriteJsonAsync(answer, ApiJson.Wire.ListImageHistory);
    }

    private Task Tag(RequestContext context)
    {
        string repository = context.Query.Text("repo");
        if (repository.Length == 0) throw GantryException.Invalid("repository name must have at least one component");
        images.Tag(context["name"], repository, context.Query.Text("tag"));
        context.Status(201);
        return Task.CompletedTask;
    }

    private async Task Remove(RequestContext context)
    {
        string name = context["name"];
        if (string.IsNullOrWhiteSpace(name)) throw GantryException.Invalid("image name cannot be blank");
        // An image here is for one platform, and goes as a whole or not at all.
        if (RequestPlatform.Of(context, "platforms") is { } platform) images.Resolve(name, platform);
        bool force = context.Query.Bool("force");
        List<ImageDeleteResponseItem> answer = ImageWire.Removals(await OnOwnThread(() => images.Remove(name, force)));
        await context.WriteJsonAsync(answer, ApiJson.Wire.ListImageDeleteResponseItem);
    }

    private async Task Prune(RequestContext context)
    {
        RequestFilters filters = context.Query.Filters().Allow("dangling", "label", "label!", "until");
        ImageQuery query = new()
        {
            Dangling = filters.Bool("dangling"), Until = PruneLimit.Until(filters),
            Labels = filters.Has("label") || filters.Has("label!") ? filters.MatchLabels : null,
        };
        ImagePrune.Result result = await OnOwnThread(() => new ImagePrune(images).Run(query));
        ImagesPruneResponse answer = new() { ImagesDeleted = result.Removed.Count > 0 ? ImageWire.Removals(result.Removed) : null,
            SpaceReclaimed = result.Reclaimed };
        await context.WriteJsonAsync(answer, ApiJson.Wire.ImagesPruneResponse);
    }

    /// <summary>It returns when the space is free, and a large image takes its time: the pool's threads are for others' requests.</summary>
    private static Task<T> OnOwnThread<T>(Func<T> removal) =>
        Task.Factory.StartNew(removal, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
