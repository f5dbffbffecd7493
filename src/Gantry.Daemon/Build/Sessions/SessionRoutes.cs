using Gantry.Api.Sessions;
using Gantry.Build.Sessions;
using Gantry.Daemon.Http;
using Gantry.Engine.Containers.Streams;

namespace Gantry.Daemon.Build.Sessions;

/// <summary>How our own client offers files, secrets and agents to its builds. Ours, not Docker's.</summary>
internal sealed class SessionRoutes(SessionList<OwnSession> sessions)
{
    /// <summary>Characters of what a client calls itself.</summary>
    private const int MaxName = 256;

    public void Map(Router router) => router.Post("/gantry/build/session", Open);

    private async Task Open(RequestContext context)
    {
        string id = context.Query.Text("id"), key = context.Query.Text("key");
        if (id.Length is < 16 or > MaxName || key.Length > MaxName)
            throw GantryException.Invalid("a session has a name of its own, by chance");
        if (context.Header("Upgrade").Length == 0) throw GantryException.Invalid("no upgrade proto in request");
        using OwnSession session = new(key);
        using IDisposable stay = sessions.Reserve(id);
        // Once the client is answered it may ask for its build.
        sessions.Announce(id, session);
        await context.HijackAsync("application/vnd.gantry.session", stream => TalkAsync(stream, session));
    }

    private async Task TalkAsync(ClientStream stream, OwnSession session)
    {
        SessionConnection connection = new(stream.Input, stream.Output);
        session.Connect(connection);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stream.Gone, sessions.Leaving);
        try
        {
            await connection.RunAsync(over.Token);
        }
        catch (Exception e) when (e is InvalidDataException or OperationCanceledException)
        {
            // It talks nonsense, or has vanished: its builds are told that it has gone.
        }
    }
}
