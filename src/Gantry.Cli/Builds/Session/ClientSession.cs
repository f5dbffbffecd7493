using System.Net.Sockets;
using System.Security.Cryptography;
using Gantry.Api.Builds;
using Gantry.Api.Client;
using Gantry.Api.Sessions;
using Gantry.Build.Transfer;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Builds.Session;

/// <summary>Answers what the daemon asks while it builds: files, secrets, connections to ssh agents. Nothing else of this machine can be
/// asked for.</summary>
internal sealed class ClientSession : IDisposable
{
    private readonly HijackedStream _connection;
    private readonly ClientOffer _offer;
    private readonly CancellationTokenSource _over = new();

    private ClientSession(HijackedStream connection, ClientOffer offer, string id)
    {
        (_connection, _offer, Id) = (connection, offer, id);
        SessionConnection session = new(connection, connection, AnswerAsync);
        _ = Task.Run(() => RunAsync(session));
    }

    /// <summary>By which builds refer to it.</summary>
    public string Id { get; }

    /// <returns>Null for a daemon that asks nothing.</returns>
    public static ClientSession? TryOpen(ApiClient client, ClientOffer offer)
    {
        string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        return client.Builds.OpenSession(id, offer.Key) is { } connection ? new ClientSession(connection, offer, id) : null;
    }

    private async Task RunAsync(SessionConnection session)
    {
        try
        {
            await session.RunAsync(_over.Token);
        }
        catch (Exception e) when (e is InvalidDataException or OperationCanceledException)
        {
            // The build fails, and says why.
        }
    }

    private async Task AnswerAsync(SessionRequest request, SessionStream stream)
    {
        await using (stream)
        {
            try
            {
                switch (request.Service)
                {
                    case SessionRequest.Files when _offer.Directories.TryGetValue(request.Name, out IOfferedFiles? files):
                        _offer.Asked(request.Name);
                        using (files.Open(request.Exclude ?? [], request.Follow ?? [], out IFileSource source))
                            await new FileSender(PacketsOf(stream), source).RunAsync(_over.Token);
                        await stream.EndAsync(_over.Token);
                        break;
                    case SessionRequest.Secret when _offer.Secrets.TryGetValue(request.Name, out SecretSource? secret):
                        await stream.SendAsync(secret.Read(), _over.Token);
                        await stream.EndAsync(_over.Token);
                        break;
                    case SessionRequest.Agent when _offer.Agents.TryGetValue(request.Name, out string? socket):
                        await AgentRelay.RunAsync(socket, stream, _over.Token);
                        break;
                    case SessionRequest.AgentCheck when _offer.Agents.ContainsKey(request.Name):
                        await stream.EndAsync(_over.Token);
                        break;
                    default:
                        await stream.RefuseAsync($"this client offers no {request.Service} {request.Name}", isNotFound: true, _over.Token);
                        break;
                }
            }
            catch (Exception e) when (Expected.Any(e) || e is CliException or SocketException or SessionRefusedException)
            {
                await RefuseAsync(stream, e.Message);
            }
            catch (OperationCanceledException)
            {
                // The build is over.
            }
        }
    }

    private static MessagePackets PacketsOf(SessionStream stream) =>
        new(stream.SendAsync, stream.ReceiveAsync, stream.DisposeAsync, Explain);

    private static GantryException? Explain(Exception e) =>
        e is SessionRefusedException or IOException ? GantryException.Unavailable(e.Message) : null;

    private async Task RefuseAsync(SessionStream stream, string reason)
    {
        try
        {
            await stream.RefuseAsync(reason, isNotFound: false, _over.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // It is why the rest failed.
        }
    }

    public void Dispose()
    {
        _over.Cancel();
        _connection.Dispose();
        _offer.Dispose();
    }
}
