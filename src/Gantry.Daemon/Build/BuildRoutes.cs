using Gantry.Daemon.Http;

namespace Gantry.Daemon.Build;

/// <summary>Images cannot be built here; what a client does beside that has a true answer.</summary>
internal static class BuildRoutes
{
    public static void Map(Router router)
    {
        router.Post("/build", Build);
        router.Post("/build/prune", Prune);
        router.Post("/build/cancel", Cancel);
        router.Post("/session", Session);
        router.Post("/grpc", Session);
    }

    private static Task Build(RequestContext context) =>
        throw GantryException.Unsupported("this engine does not build images: build elsewhere, and load, import or pull the result");

    /// <summary>There is no cache: <c>system prune</c> asks for it as well.</summary>
    private static Task Prune(RequestContext context) =>
        context.WriteTextAsync("{\"CachesDeleted\":null,\"SpaceReclaimed\":0}\n", "application/json");

    private static Task Cancel(RequestContext context)
    {
        if (context.Query.Text("id").Length == 0) throw GantryException.Invalid("build ID not provided");
        context.Status(200);
        return Task.CompletedTask;
    }

    /// <summary>How a client's builder offers its files; it falls back to the plain one when it is told no.</summary>
    private static Task Session(RequestContext context)
    {
        if (context.Header("Upgrade").Length == 0) throw GantryException.Invalid("no upgrade proto in request");
        throw GantryException.Unsupported("this engine has no builder that talks to its client: sessions are not supported");
    }
}
