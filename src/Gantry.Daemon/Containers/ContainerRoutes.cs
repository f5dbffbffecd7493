using Gantry.Api.Client;
using Gantry.Api.Containers;
using Gantry.Api.Wire;
using Gantry.Daemon.Http;

namespace Gantry.Daemon.Containers;

/// <summary>The routes of containers; the longer handlers have files of their own beside this one.</summary>
internal static class ContainerRoutes
{
    public static void Map(Router router)
    {
        router.Get("/containers/json", List);
        router.Post("/containers/create", Create);
        router.Post("/containers/prune", Prune);
        router.Get("/containers/{id}/json", Inspect);
        router.Post("/containers/{id}/start", Start);
        router.Post("/containers/{id}/stop", Stop);
        router.Post("/containers/{id}/restart", Restart);
        router.Post("/containers/{id}/kill", Kill);
        router.Post("/containers/{id}/pause", Pause);
        router.Post("/containers/{id}/unpause", Unpause);
        router.Post("/containers/{id}/wait", ContainerWait.Handle);
        router.Delete("/containers/{id}", Remove);
        router.Get("/containers/{id}/logs", ContainerLogs.Handle);
        router.Post("/containers/{id}/attach", ContainerAttach.Handle);
        router.Post("/containers/{id}/resize", Resize);
        router.Get("/containers/{id}/top", Top);
        router.Get("/containers/{id}/stats", Statistics);
        router.Get("/containers/{id}/attach/ws", AttachByWebSocket);
        router.Post("/containers/{id}/rename", Rename);
        router.Post("/containers/{id}/update", Update);
        ContainerArchive.Map(router);
    }

    private static Task List(RequestContext context) => context.WriteJsonAsync(
        context.Services.Containers.List(context.Query.Bool("all"), context.Query.Int("limit") ?? 0, context.Query.Bool("size"),
            context.Query.Filters().Values),
        ApiJson.Wire.ListContainerSummary);

    private static async Task Create(RequestContext context)
    {
        ContainerCreateRequest request = await context.RequireJsonAsync(ApiJson.Wire.ContainerCreateRequest);
        OlderCreate.Adapt(request, context.Version);
        string? platform = context.Query.Text("platform") is { Length: > 0 } asked ? asked : null;
        ContainerCreateResponse response =
            await context.Services.Containers.CreateAsync(context.Query.Text("name"), request, platform, context.Aborted);
        await context.WriteJsonAsync(response, ApiJson.Wire.ContainerCreateResponse, 201);
    }

    private static async Task Prune(RequestContext context)
    {
        RequestFilters filters = context.Query.Filters().Allow("label", "label!", "until");
        DateTimeOffset? until = PruneLimit.Until(filters);
        ContainersPruneResponse response = await context.Services.Containers.PruneAsync(
            container => (until is null || container.Record.Created < until) && filters.MatchLabels(container.Record.Config.Labels),
            context.Aborted);
        await context.WriteJsonAsync(response, ApiJson.Wire.ContainersPruneResponse);
    }

    private static Task Inspect(RequestContext context) =>
        context.WriteJsonAsync(EndpointWire.Shape(context.Services.Containers.Inspect(context["id"], context.Query.Bool("size")),
            context.Version), ApiJson.Wire.ContainerInspectResponse);

    private static Task Statistics(RequestContext context)
    {
        context.Services.Containers.Store.Find(context["id"]);
        throw GantryException.Unsupported("this engine does not measure containers yet: see top, and the files of the container's cgroup");
    }

    private static Task AttachByWebSocket(RequestContext context)
    {
        context.Services.Containers.Store.Find(context["id"]);
        throw GantryException.Unsupported("this engine does not attach by WebSocket: attach by a plain connection that is upgraded");
    }

    private static async Task Start(RequestContext context)
    {
        // A few bytes are what old clients send for "nothing": {} or null.
        if (context.BodyLength is > 7)
            throw GantryException.Invalid(
                "starting container with non-empty request body was deprecated since API v1.22 and removed in v1.24");
        if (context.Query.Text("checkpoint").Length > 0 || context.Query.Text("checkpoint-dir").Length > 0)
            throw GantryException.Invalid("checkpoint is only supported in experimental mode");
        await context.Services.Containers.StartAsync(context["id"], CancellationToken.None);
        context.NoContent();
    }

    private static async Task Stop(RequestContext context)
    {
        await context.Services.Containers.StopAsync(context["id"], Signal(context), context.Query.Int("t"), context.Aborted);
        context.NoContent();
    }

    private static async Task Restart(RequestContext context)
    {
        await context.Services.Containers.RestartAsync(context["id"], Signal(context), context.Query.Int("t"), context.Aborted);
        context.NoContent();
    }

    /// <summary>Stop and restart know a signal since API 1.42; before, the parameter meant nothing.</summary>
    private static string? Signal(RequestContext context) =>
        context.Version >= new ApiVersion(1, 42) && context.Query.Text("signal") is { Length: > 0 } signal ? signal : null;

    private static async Task Kill(RequestContext context)
    {
        await context.Services.Containers.KillAsync(context["id"], context.Query.Text("signal") is { Length: > 0 } signal ? signal : null,
            context.Aborted);
        context.NoContent();
    }

    private static async Task Pause(RequestContext context)
    {
        await context.Services.Containers.PauseAsync(context["id"], context.Aborted);
        context.NoContent();
    }

    private static async Task Unpause(RequestContext context)
    {
        await context.Services.Containers.UnpauseAsync(context["id"], context.Aborted);
        context.NoContent();
    }

    private static async Task Remove(RequestContext context)
    {
        if (context.Query.Bool("link"))
            throw GantryException.Unsupported("links between containers are not supported: put both into one network");
        await context.Services.Containers.RemoveAsync(context["id"], context.Query.Bool("force"), context.Query.Bool("v"),
            CancellationToken.None);
        context.NoContent();
    }

    private static async Task Resize(RequestContext context)
    {
        await context.Services.Containers.ResizeAsync(context["id"], TerminalSize.Of(context, "h"), TerminalSize.Of(context, "w"),
            context.Aborted);
        context.Status(200);
    }

    private static async Task Top(RequestContext context) =>
        await context.WriteJsonAsync(await context.Services.Containers.TopAsync(context["id"], context.Query.Text("ps_args"),
            context.Aborted), ApiJson.Wire.ContainerTopResponse);

    private static async Task Rename(RequestContext context)
    {
        await context.Services.Containers.RenameAsync(context["id"], context.Query.Text("name"), context.Aborted);
        context.NoContent();
    }

    private static async Task Update(RequestContext context)
    {
        ContainerUpdateRequest request = await context.RequireJsonAsync(ApiJson.Wire.ContainerUpdateRequest);
        await context.WriteJsonAsync(await context.Services.Containers.UpdateAsync(context["id"], request, context.Aborted),
            ApiJson.Wire.ContainerUpdateResponse);
    }
}
