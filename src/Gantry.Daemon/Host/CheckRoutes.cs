using Gantry.Api.Client;
using Gantry.Api.Host;
using Gantry.Api.Wire;
using Gantry.Daemon.Http;
using Gantry.Engine;
using Gantry.Engine.Containers;
using Gantry.Engine.Host;
using Gantry.Engine.Images;
using Gantry.Storage.Roots;

namespace Gantry.Daemon.Host;

/// <summary>Ours, not Docker's: whether everything in the data root is what it should be.</summary>
internal sealed class CheckRoutes(ImageStore images, ContainerEngine containers, Collector collector, DamageReport damages)
{
    public void Map(Router router) => router.Post("/gantry/check", Check);

    private async Task Check(RequestContext context)
    {
        StoreCheck check = new(images, containers.Store, collector) { Others = damages.Others };
        bool repair = context.Query.Bool("repair");
        StoreReport report = await Task.Factory.StartNew(() => check.Run(repair, context.Aborted), CancellationToken.None,
            TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await context.WriteJsonAsync(report, ApiJson.Wire.StoreReport);
    }
}
