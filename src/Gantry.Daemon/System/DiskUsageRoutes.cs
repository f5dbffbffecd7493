using Gantry.Api;
using Gantry.Daemon.Http;
using Gantry.Daemon.Volumes;

namespace Gantry.Daemon;

/// <summary>Where the disk has gone.</summary>
internal static class DiskUsageRoutes
{
    public static void Map(Router router) => router.Get("/system/df", Usage);

    private static Task Usage(RequestContext context)
    {
        Services services = context.Services;
        IReadOnlyList<string> types = context.Query.All("type");
        bool Wanted(string type) => types.Count == 0 || types.Contains(type);
        foreach (string type in types)
            if (type is not ("container" or "image" or "volume" or "build-cache")) throw GantryException.Invalid($"unknown object type: {type}");
        DiskUsage usage = new() { BuildCache = Wanted("build-cache") ? [] : null };
        if (Wanted("container")) usage.Containers = services.Containers.List(all: true, limit: 0, size: true, RequestFilters.None.Values);
        if (Wanted("volume")) usage.Volumes = [.. services.Volumes.Usage().Select(used => VolumeView.Of(used.Volume, new VolumeUsage { Size = used.Size, RefCount = used.References }))];
        if (Wanted("image"))
        {
            usage.LayersSize = services.Images.Snapshotter.Layers.Sum(layer => layer.Size);
            usage.Images = [.. services.Images.All.Select(image => ImageUsage(services, image))];
        }
        return context.WriteJsonAsync(usage, ApiJson.Wire.DiskUsage);
    }

    private static ImageSummary ImageUsage(Services services, Engine.Images.Image image) => new()
    {
        Id = image.Id,
        RepoTags = [.. services.Images.NamesOf(image.Id).Select(name => name.Familiar)],
        Created = image.Created?.ToUnixTimeSeconds() ?? 0,
        Size = image.Size,
        SharedSize = SharedSize(services, image),
        Labels = image.Config.Config?.Labels is { } labels ? new(labels) : null,
        Containers = services.Containers.UsersOf(image.Id).Count(),
    };

    /// <summary>Bytes in layers that another image has as well.</summary>
    private static long SharedSize(Services services, Engine.Images.Image image)
    {
        HashSet<string> others = [.. services.Images.All.Where(other => other.Id != image.Id).SelectMany(other => other.ChainIds)];
        return image.ChainIds.Where(others.Contains).Sum(chain => services.Images.Snapshotter.Layer(chain)?.Size ?? 0);
    }
}
