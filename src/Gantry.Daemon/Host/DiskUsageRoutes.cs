using Gantry.Api.Client;
using Gantry.Api.Containers;
using Gantry.Api.Host;
using Gantry.Api.Images;
using Gantry.Api.Volumes;
using Gantry.Api.Wire;
using Gantry.Api.Builds;
using Gantry.Daemon.Build;
using Gantry.Daemon.Containers;
using Gantry.Daemon.Http;
using Gantry.Daemon.Images;
using Gantry.Daemon.Volumes;
using Gantry.Engine;
using Gantry.Engine.Containers;
using Gantry.Engine.Host;
using Gantry.Engine.Images;
using VolumeStore = Gantry.Engine.Volumes.VolumeStore;

namespace Gantry.Daemon.Host;

/// <summary>Where the disk has gone: what du(1) shows of the data root, by object.
/// An image takes its unpacked layers and the archives that they came in.</summary>
internal sealed class DiskUsageRoutes(ImageStore images, VolumeStore volumes, ContainerEngine containers, CacheRoutes builds)
{
    private static readonly ApiVersion WithoutBuilderSize = new(1, 42);

    public void Map(Router router) => router.Get("/system/df", Usage);

    private Task Usage(RequestContext context)
    {
        IReadOnlyList<string> types = context.Query.All("type");
        bool Wanted(string type) => types.Count == 0 || types.Contains(type);
        foreach (string type in types)
            if (type is not ("container" or "image" or "volume" or "build-cache"))
                throw GantryException.Invalid($"unknown object type: {type}");
        StoreUsage store = new(images);
        List<BuildCache>? cache = Wanted("build-cache") ? builds.Usage(context.Version) : null;
        DiskUsage usage = new()
        {
            BuildCache = cache, BuilderSize = context.Version < WithoutBuilderSize ? cache?.Sum(entry => entry.Size) ?? 0 : null,
        };
        if (Wanted("container"))
        {
            usage.Containers = [.. containers.List.Run(all: true, limit: 0, size: false, RequestFilters.None.Values)
                .Select(ContainerWire.Summary)];
            foreach (ContainerSummary container in usage.Containers)
            {
                container.SizeRw = store.OfContainer(containers.Store.Find(container.Id));
                container.SizeRootFs = container.SizeRw + (images.Find(container.ImageID)?.Size ?? 0);
            }
        }
        if (Wanted("volume"))
            usage.Volumes = [.. volumes.Usage()
                .Select(used => VolumeView.Of(used.Volume, new VolumeUsage { Size = used.Size, RefCount = used.References }))];
        if (Wanted("image"))
        {
            usage.LayersSize = store.Everything();
            usage.Images = [.. images.All.Select(image => ImageUsage(context, store, image))];
        }
        return context.WriteJsonAsync(usage, ApiJson.Wire.DiskUsage);
    }

    private ImageSummary ImageUsage(RequestContext context, StoreUsage store, Image image)
    {
        ImageSummary summary = ImageWire.Summary(new ListedImage(image, images.NamesOf(image.Id)), store.Family,
            store.Of(image), context.Version);
        summary.SharedSize = store.SharedOf(image);
        summary.Containers = containers.ImageUsers.UsersOf(image.Id).Count();
        return summary;
    }
}
