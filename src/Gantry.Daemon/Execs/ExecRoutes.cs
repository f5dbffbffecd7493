using Gantry.Api.Execs;
using Gantry.Api.Host;
using Gantry.Api.Wire;
using Gantry.Daemon.Http;

namespace Gantry.Daemon.Execs;

/// <summary>Processes added to running containers.</summary>
internal static class ExecRoutes
{
    public static void Map(Router router)
    {
        router.Post("/containers/{id}/exec", Create);
        router.Post("/exec/{id}/start", ExecStart.Handle);
        router.Post("/exec/{id}/resize", Resize);
        router.Get("/exec/{id}/json", Inspect);
    }

    private static async Task Create(RequestContext context)
    {
        ExecConfig config = await context.RequireJsonAsync(ApiJson.Wire.ExecConfig);
        await context.WriteJsonAsync(new IdResponse { Id = context.Services.Execs.Create(context["id"], config) }, ApiJson.Wire.IdResponse,
            201);
    }

    private static async Task Resize(RequestContext context)
    {
        await context.Services.Execs.ResizeAsync(context["id"], TerminalSize.Of(context, "h"), TerminalSize.Of(context, "w"),
            context.Aborted);
        context.Status(200);
    }

    private static Task Inspect(RequestContext context) =>
        context.WriteJsonAsync(context.Services.Execs.Inspect(context["id"]), ApiJson.Wire.ExecInspect);
}
