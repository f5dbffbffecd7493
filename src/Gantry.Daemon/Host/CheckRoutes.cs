using Gantry.Api.Client;
using Gantry.Api.Host;
using Gantry.Api.Wire;
using Gantry.Daemon.Http;
using Gantry.Engine.Host;

namespace Gantry.Daemon.Host;

/// <summary>Ours, not Docker's: whether everything in the data root is what it should be.</summary>
internal static class CheckRoutes
{
    public static void Map(Router router) => router.Post("/gantry/check", Check);

    private static async Task Check(RequestContext context)
    {
        StoreCheck check = new(context.Services.Images, context.Services.Containers.Store) { Others = context.Services.OtherDamages };
        bool repair = context.Query.Bool("repair");
        StoreReport report = await Task.Factory.StartNew(() => check.Run(repair, context.Aborted), CancellationToken.None,
            TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await context.WriteJsonAsync(report, ApiJson.Wire.StoreReport);
    }
}
