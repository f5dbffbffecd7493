using Gantry.Api.Execs;
using Gantry.Api.Host;
using Gantry.Api.Wire;
using Gantry.Daemon.Http;
using Gantry.Engine.Execs;

namespace Gantry.Daemon.Execs;

/// <summary>Processes added to running containers.</summary>
internal sealed class ExecRoutes(ExecEngine execs)
{
    public void Map(Router router)
    {
        router.Post("/containers/{id}/exec", Create);
        router.Post("/exec/{id}/start", new ExecStart(execs).Handle);
        router.Post("/exec/{id}/resize", Resize);
        router.Get("/exec/{id}/json", Inspect);
    }

    private async Task Create(RequestContext context)
    {
        ExecConfig config = await context.RequireJsonAsync(ApiJson.Wire.ExecConfig);
        await context.WriteJsonAsync(new IdResponse { Id = execs.Create(context["id"], config) }, ApiJson.Wire.IdResponse,
            201);
    }

    private async Task Resize(RequestContext context)
    {
        await execs.ResizeAsync(context["id"], TerminalSize.Of(context, "h"), TerminalSize.Of(context, "w"),
            context.Aborted);
        context.Status(200);
    }

    private Task Inspect(RequestContext context) =>
        context.WriteJsonAsync(execs.Inspect(context["id"]), ApiJson.Wire.ExecInspect);
}
