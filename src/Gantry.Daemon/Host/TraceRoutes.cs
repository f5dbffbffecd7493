using Gantry.Daemon.Http;
using Gantry.Daemon.Tracing;

namespace Gantry.Daemon.Host;

/// <summary>Ours, not Docker's: where the time of the last operations went.</summary>
internal sealed class TraceRoutes(Traces traces)
{
    public void Map(Router router) => router.Get("/gantry/trace", Last);

    private Task Last(RequestContext context) =>
        context.WriteJsonAsync(traces.Last(context.Query.Int("limit") ?? 20),
            TraceJson.Default.IReadOnlyListOperationTrace);
}
