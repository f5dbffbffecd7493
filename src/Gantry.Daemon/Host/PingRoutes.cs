using Gantry.Daemon.Http;

namespace Gantry.Daemon.Host;

/// <summary>Is anybody there, and which versions does it speak: how clients negotiate.</summary>
internal static class PingRoutes
{
    public static void Map(Router router)
    {
        router.Get("/_ping", Ping);
        router.Head("/_ping", Ping);
    }

    private static Task Ping(RequestContext context)
    {
        context.AnswerHeaders.CacheControl = "no-cache, no-store, must-revalidate";
        context.AnswerHeaders.Pragma = "no-cache";
        // 1 is the builder without sessions; clients choose by it.
        context.AnswerHeaders["Builder-Version"] = "1";
        context.AnswerHeaders["Swarm"] = "inactive";
        return context.WriteTextAsync("OK");
    }
}
