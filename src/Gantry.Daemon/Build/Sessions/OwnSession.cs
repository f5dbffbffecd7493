using Gantry.Api.Builds;
using Gantry.Api.Sessions;
using Gantry.Build.Sessions;
using Gantry.Build.Transfer;

namespace Gantry.Daemon.Build.Sessions;

/// <summary>What our own client offers to its build.</summary>
/// <remarks>Disposed when the client has gone.</remarks>
internal sealed class OwnSession(string sharedKey) : IBuildSession, IDisposable
{
    /// <summary>As BuildKit has it.</summary>
    private const int MaxSecret = 500 << 10;

    private readonly TaskCompletionSource<SessionConnection> _connection = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _gone = new();

    public CancellationToken Gone => _gone.Token;

    public string SharedKey => sharedKey;

    public bool GathersDockerfile => true;

    /// <summary>The client is there.</summary>
    public void Connect(SessionConnection connection) => _connection.TrySetResult(connection);

    public async Task<IPacketStream> OpenFilesAsync(FilesRequest request, CancellationToken cancellation)
    {
        SessionStream stream = await OpenAsync(new SessionRequest
        {
            Service = SessionRequest.Files, Name = request.Name, Exclude = [.. request.Exclude.Select(ByteText.Bytes)],
            Follow = [.. request.Follow.Select(ByteText.Bytes)],
        }, cancellation);
        return new MessagePackets(stream.SendAsync, stream.ReceiveAsync, stream.DisposeAsync, ClientFailure.Explain);
    }

    public async Task<byte[]?> FindSecretAsync(string id, CancellationToken cancellation)
    {
        await using SessionStream stream = await OpenAsync(new SessionRequest { Service = SessionRequest.Secret, Name = id }, cancellation);
        try
        {
            byte[] secret = await stream.ReceiveAsync(cancellation) ?? [];
            return secret.Length <= MaxSecret ? secret
                : throw GantryException.Invalid($"secret {id} has {secret.Length} bytes; at most {MaxSecret} are allowed");
        }
        catch (SessionRefusedException e) when (e.IsNotFound)
        {
            return null;
        }
        catch (Exception e) when (ClientFailure.Explain(e) is { } reason)
        {
            throw reason;
        }
    }

    public async Task<bool> HasAgentAsync(string id, CancellationToken cancellation)
    {
        await using SessionStream stream =
            await OpenAsync(new SessionRequest { Service = SessionRequest.AgentCheck, Name = id }, cancellation);
        try
        {
            await stream.ReceiveAsync(cancellation);
            return true;
        }
        catch (SessionRefusedException e) when (e.IsNotFound)
        {
            return false;
        }
        catch (Exception e) when (ClientFailure.Explain(e) is { } reason)
        {
            throw reason;
        }
    }

    public async Task<Stream> OpenAgentAsync(string id, CancellationToken cancellation) =>
        new ClientAgentStream(await OpenAsync(new SessionRequest { Service = SessionRequest.Agent, Name = id }, cancellation));

    private async Task<SessionStream> OpenAsync(SessionRequest request, CancellationToken cancellation)
    {
        try
        {
            return await (await _connection.Task.WaitAsync(cancellation)).OpenAsync(request, cancellation);
        }
        catch (IOException e) when (ClientFailure.Explain(e) is { } reason)
        {
            throw reason;
        }
    }

    public void Dispose()
    {
        _connection.TrySetException(new IOException("the connection is closed"));
        _gone.Cancel();
    }
}
