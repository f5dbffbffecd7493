using System.Text.Json;
using Gantry.Api.Client;
using Gantry.Api.Volumes;
using Gantry.Api.Wire;
using Gantry.Daemon.Http;
using Gantry.Daemon.Swarm;
using Gantry.Engine.Volumes;
using Volume = Gantry.Engine.Volumes.Volume;

namespace Gantry.Daemon.Volumes;

/// <summary>Directories that outlive their containers.</summary>
internal sealed class VolumeRoutes(VolumeStore volumes)
{
    public void Map(Router router)
    {
        router.Get("/volumes", List);
        router.Post("/volumes/create", Create);
        router.Post("/volumes/prune", Prune);
        router.Get("/volumes/{name...}", Inspect);
        router.Put("/volumes/{name...}", Update);
        router.Delete("/volumes/{name...}", Remove);
    }

    private Task List(RequestContext context)
    {
        RequestFilters filters = context.Query.Filters().Allow("dangling", "driver", "label", "label!", "name");
        bool? dangling = filters.Bool("dangling");
        IEnumerable<Volume> chosen = volumes.List().Where(volume =>
            (dangling is null || dangling == (volumes.UsersOf(volume.Name).Count == 0))
            && (!filters.Has("driver") || filters["driver"].Contains(volume.Driver))
            && (!filters.Has("name") || filters["name"].Any(part => volume.Name.Contains(part, StringComparison.Ordinal)))
            && filters.MatchLabels(volume.Labels));
        return context.WriteJsonAsync(new VolumeListResponse { Volumes = [.. chosen.Select(volume => VolumeView.Of(volume))] },
            ApiJson.Wire.VolumeListResponse);
    }

    private async Task Create(RequestContext context)
    {
        VolumeCreateRequest request = await context.RequireJsonAsync(ApiJson.Wire.VolumeCreateRequest);
        if (request.ClusterVolumeSpec is { ValueKind: not JsonValueKind.Null }) throw SwarmRoutes.NoManager();
        Volume volume = volumes.Create(new VolumeRequest
        {
            Name = request.Name ?? "",
            Driver = request.Driver ?? "",
            Labels = request.Labels ?? [],
            Options = request.DriverOpts ?? [],
        });
        await context.WriteJsonAsync(VolumeView.Of(volume), ApiJson.Wire.Volume, 201);
    }

    private Task Inspect(RequestContext context) =>
        context.WriteJsonAsync(VolumeView.Of(volumes.Find(context["name"])), ApiJson.Wire.Volume);

    /// <summary>Only what a cluster gave can be changed.</summary>
    private static Task Update(RequestContext context) =>
        throw GantryException.Unavailable("volume update only valid for cluster volumes, but swarm is unavailable");

    private async Task Remove(RequestContext context)
    {
        await volumes.RemoveAsync(context["name"], context.Query.Bool("force"));
        context.NoContent();
    }

    private async Task Prune(RequestContext context)
    {
        RequestFilters filters = context.Query.Filters().Allow("label", "label!", "all");
        // Since API 1.42 named volumes are spared unless "all" is said; older clients expect them gone.
        bool all = context.Version < new ApiVersion(1, 42) || (filters.Bool("all") ?? false);
        (IReadOnlyList<string> removed, long reclaimed) = await volumes.PruneAsync(
            volume => (all || volume.Anonymous) && filters.MatchLabels(volume.Labels), context.Aborted);
        await context.WriteJsonAsync(new VolumesPruneResponse { VolumesDeleted = [.. removed], SpaceReclaimed = reclaimed },
            ApiJson.Wire.VolumesPruneResponse);
    }
}
