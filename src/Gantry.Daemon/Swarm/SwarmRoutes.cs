using Gantry.Daemon.Http;

namespace Gantry.Daemon.Swarm;

/// <summary>What a node outside of any cluster answers; whole suites of clients look at it before they begin.</summary>
internal static class SwarmRoutes
{
    private const string NotAManager =
        "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again.";

    public static void Map(Router router)
    {
        router.Get("/swarm", Refuse);
        router.Get("/swarm/unlockkey", Refuse);
        router.Post("/swarm/update", Refuse);
        router.Post("/swarm/unlock", Refuse);
        router.Post("/swarm/leave", Leave);
        router.Post("/swarm/init", Form);
        router.Post("/swarm/join", Form);
        foreach (string kind in (ReadOnlySpan<string>)["nodes", "services", "tasks", "secrets", "configs"])
        {
            router.Get($"/{kind}", Refuse);
            router.Get($"/{kind}/{{rest...}}", Refuse);
            router.Post($"/{kind}/{{rest...}}", Refuse);
            router.Delete($"/{kind}/{{rest...}}", Refuse);
        }
    }

    private static Task Refuse(RequestContext context) => throw NoManager();

    public static GantryException NoManager() => GantryException.Unavailable(NotAManager);

    private static Task Leave(RequestContext context) => throw GantryException.Unavailable("This node is not part of a swarm");

    private static Task Form(RequestContext context) =>
        throw GantryException.Unsupported("clusters are not supported: this engine is one host");
}
