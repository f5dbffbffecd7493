using Gantry.Daemon.Http;

namespace Gantry.Daemon.Plugins;

/// <summary>There are no managed plugins here, and none can be installed.</summary>
internal static class PluginRoutes
{
    public static void Map(Router router)
    {
        router.Get("/plugins", List);
        router.Get("/plugins/privileges", Install);
        router.Post("/plugins/pull", Install);
        router.Post("/plugins/create", Install);
        router.Get("/plugins/{name...}/json", Missing);
        router.Delete("/plugins/{name...}", Missing);
        foreach (string verb in (ReadOnlySpan<string>)["enable", "disable", "set", "upgrade", "push"])
            router.Post($"/plugins/{{name...}}/{verb}", Missing);
    }

    private static Task List(RequestContext context)
    {
        context.Query.Filters().Allow("capability", "enabled");
        return context.WriteTextAsync("[]\n", "application/json");
    }

    private static Task Missing(RequestContext context) => throw GantryException.NotFound($"plugin \"{context["name"]}\" not found");

    private static Task Install(RequestContext context) =>
        throw GantryException.Unsupported("managed plugins are not supported: network, volume and log drivers are built in");
}
