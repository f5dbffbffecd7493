using Gantry.Daemon.Http;
using Gantry.Daemon.Tracing;

namespace Gantry.Daemon.Host;

/// <summary>Ours, not Docker's: where the time of the last operations went.</summary>
internal static class TraceRoutes
{
    public static void Map(Router router) => router.Get("/gantry/trace", Last);

    private static Task Last(RequestContext context) =>
        context.WriteJsonAsync(context.Services.Traces.Last(context.Query.Int("limit") ?? 20),
            TraceJson.Default.IReadOnlyListOperationTrace);
}
