using Gantry.Api.Client;
using Gantry.Api.Containers;
using Gantry.Api.Wire;
using Gantry.Daemon.Http;
using Gantry.Engine;
using Gantry.Engine.Containers;

namespace Gantry.Daemon.Containers;

/// <summary>The routes of containers; the longer handlers have files of their own beside this one.</summary>
internal sealed class ContainerRoutes(ContainerEngine containers)
{
    public void Map(Router router)
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
        router.Post("/containers/{id}/wait", new ContainerWait(containers).Handle);
        router.Delete("/containers/{id}", Remove);
        router.Get("/containers/{id}/logs", new ContainerLogs(containers).Handle);
        router.Post("/containers/{id}/attach", new ContainerAttach(containers).Handle);
        router.Post("/containers/{id}/resize", Resize);
        router.Get("/containers/{id}/top", Top);
        router.Get("/containers/{id}/stats", Statistics);
        router.Get("/containers/{id}/attach/ws", AttachByWebSocket);
        router.Post("/containers/{id}/rename", Rename);
        router.Post("/containers/{id}/update", Update);
    }

    private Task List(RequestContext context) => context.WriteJsonAsync(
        [.. containers.List.Run(context.Query.Bool("all"), context.Query.Int("limit") ?? 0, context.Query.Bool("size"),
            context.Query.Filters().Values).Select(ContainerWire.Summary)],
        ApiJson.Wire.ListContainerSummary);

    private async Task Create(RequestContext context)
    {
        ContainerCreateRequest request = await context.RequireJsonAsync(ApiJson.Wire.ContainerCreateRequest);
        OlderCreate.Adapt(request, context.Version);
        string? platform = context.Query.Text("platform") is { Length: > 0 } asked ? asked : null;
        ContainerCreateResponse response =
            await containers.Create.RunAsync(context.Query.Text("name"), request, platform, context.Aborted);
        await context.WriteJsonAsync(response, ApiJson.Wire.ContainerCreateResponse, 201);
    }

    private async Task Prune(RequestContext context)
    {
        RequestFilters filters = context.Query.Filters().Allow("label", "label!", "until");
        DateTimeOffset? until = PruneLimit.Until(filters);
        ContainersPruneResponse response = await containers.Prune.RunAsync(
            container => (until is null || container.Record.Created < until) && filters.MatchLabels(container.Record.Config.Labels),
            context.Aborted);
        await context.WriteJsonAsync(response, ApiJson.Wire.ContainersPruneResponse);
    }

    private Task Inspect(RequestContext context) =>
        context.WriteJsonAsync(ContainerWire.Inspect(containers.Inspect.Run(context["id"], context.Query.Bool("size")),
            context.Version), ApiJson.Wire.ContainerInspectResponse);

    private Task Statistics(RequestContext context)
    {
        containers.Store.Find(context["id"]);
        throw GantryException.Unsupported("this engine does not measure containers yet: see top, and the files of the container's cgroup");
    }

    private Task AttachByWebSocket(RequestContext context)
    {
        containers.Store.Find(context["id"]);
        throw GantryException.Unsupported("this engine does not attach by WebSocket: attach by a plain connection that is upgraded");
    }

    private async Task Start(RequestContext context)
    {
        // A few bytes are what old clients send for "nothing": {} or null.
        if (context.BodyLength is > 7)
            throw GantryException.Invalid(
                "starting container with non-empty request body was deprecated since API v1.22 and removed in v1.24");
        if (context.Query.Text("checkpoint").Length > 0 || context.Query.Text("checkpoint-dir").Length > 0)
            throw GantryException.Invalid("checkpoint is only supported in experimental mode");
        await containers.Start.RunAsync(context["id"], CancellationToken.None);
        context.NoContent();
    }

    private async Task Stop(RequestContext context)
    {
        await containers.Stop.RunAsync(context["id"], Signal(context), context.Query.Int("t"), context.Aborted);
        context.NoContent();
    }

    private async Task Restart(RequestContext context)
    {
        await containers.Restart.RunAsync(context["id"], Signal(context), context.Query.Int("t"), context.Aborted);
        context.NoContent();
    }

    /// <summary>Stop and restart know a signal since API 1.42; before, the parameter meant nothing.</summary>
    private static string? Signal(RequestContext context) =>
        context.Version >= new ApiVersion(1, 42) && context.Query.Text("signal") is { Length: > 0 } signal ? signal : null;

    private async Task Kill(RequestContext context)
    {
        await containers.Kill.RunAsync(context["id"], context.Query.Text("signal") is { Length: > 0 } signal ? signal : null,
            context.Aborted);
        context.NoContent();
    }

    private async Task Pause(RequestContext context)
    {
        await containers.Pause.RunAsync(context["id"], context.Aborted);
        context.NoContent();
    }

    private async Task Unpause(RequestContext context)
    {
        await containers.Pause.UndoAsync(context["id"], context.Aborted);
        context.NoContent();
    }

    private async Task Remove(RequestContext context)
    {
        if (context.Query.Bool("link"))
            throw GantryException.Unsupported("links between containers are not supported: put both into one network");
        await containers.Remove.RunAsync(context["id"], context.Query.Bool("force"), context.Query.Bool("v"),
            CancellationToken.None);
        context.NoContent();
    }

    private async Task Resize(RequestContext context)
    {
        await containers.Resize.RunAsync(context["id"], TerminalSize.Of(context, "h"), TerminalSize.Of(context, "w"),
            context.Aborted);
        context.Status(200);
    }

    private async Task Top(RequestContext context) =>
        await context.WriteJsonAsync(ContainerWire.Top(await containers.Top.RunAsync(context["id"], context.Query.Text("ps_args"),
            context.Aborted)), ApiJson.Wire.ContainerTopResponse);

    private async Task Rename(RequestContext context)
    {
        await containers.Rename.RunAsync(context["id"], context.Query.Text("name"), context.Aborted);
        context.NoContent();
    }

    private async Task Update(RequestContext context)
    {
        ContainerUpdateRequest request = await context.RequireJsonAsync(ApiJson.Wire.ContainerUpdateRequest);
        await context.WriteJsonAsync(await containers.Update.RunAsync(context["id"], request, context.Aborted),
            ApiJson.Wire.ContainerUpdateResponse);
    }
}
