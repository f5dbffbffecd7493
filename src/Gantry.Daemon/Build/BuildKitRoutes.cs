using Gantry.BuildKit.Sessions;
using Gantry.Daemon.Http;
using Gantry.Daemon.Http.Calls;

namespace Gantry.Daemon.Build;

/// <summary>Connections that go on with gRPC: of sessions, where the daemon calls the client, and of clients that call the daemon.
/// </summary>
internal sealed class BuildKitRoutes(SessionServer sessions, CallServer calls)
{
    private const string Protocol = "h2c", Expose = "X-Docker-Expose-Session-";

    public void Map(Router router)
    {
        router.Post("/session", Session);
        router.Post("/grpc", Calls);
    }

    private Task Session(RequestContext context)
    {
        RequireUpgrade(context);
        string[] methods = context.Header(Expose + "Grpc-Method")
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        SessionHead head = new(context.Header(Expose + "Uuid"), context.Header(Expose + "Sharedkey"), methods);
        head.Check();
        return sessions.ServeAsync(head, run => context.HijackAsync("", client => run(client.Output, client.Gone), Protocol));
    }

    private Task Calls(RequestContext context)
    {
        RequireUpgrade(context);
        return context.HijackAsync("", client => calls.ServeAsync(client.Output, client.Gone), Protocol);
    }

    /// <exception cref="GantryException">Invalid, in Docker's words.</exception>
    private static void RequireUpgrade(RequestContext context)
    {
        string protocol = context.Header("Upgrade");
        if (protocol.Length == 0) throw GantryException.Invalid("no upgrade proto in request");
        if (protocol != Protocol) throw GantryException.Invalid($"protocol {protocol} not supported");
    }
}
