using Gantry.Daemon.Http;

namespace Gantry.Daemon;

/// <summary>Logging in to a registry, which needs a client of registries.</summary>
internal static class AuthRoutes
{
    public static void Map(Router router) => router.Post("/auth", Login);

    private static Task Login(RequestContext context) =>
        throw GantryException.Unsupported("login is not supported: this engine does not talk to registries yet; load images with `load` or `import`");
}
