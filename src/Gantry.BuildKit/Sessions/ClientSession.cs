using System.Globalization;
using Gantry.Build.Sessions;
using Gantry.Build.Transfer;
using Gantry.BuildKit.Connections;
using Gantry.BuildKit.Protocol.AuthApi;
using Gantry.BuildKit.Protocol.ContentApi;
using Gantry.BuildKit.Protocol.SecretsApi;
using Gantry.BuildKit.Protocol.SshApi;
using Grpc.Core;
using Grpc.Net.Client;

namespace Gantry.BuildKit.Sessions;

/// <summary>A session over BuildKit's protocol: the client serves, on the connection that it has opened.</summary>
public sealed class ClientSession : IBuildSession, IDisposable
{
    private const string FileSync = "moby.filesync.v1.FileSync", FileSend = "moby.filesync.v1.FileSend", Copy = "DiffCopy";
    private const string StoreHeader = "buildkit-attachable-store-id", AgentHeader = "buildkit.ssh.id",
        ExportHeader = "buildkit-attachable-exporter-id";
    /// <summary>Bytes of a secret: what BuildKit's own side takes.</summary>
    private const int MaxSecret = 500 << 10;

    private readonly HashSet<string> _methods;
    private readonly CancellationTokenSource _gone;
    private readonly GrpcChannel _channel;

    internal ClientSession(SessionHead head, GrpcChannel channel, CancellationTokenSource gone)
    {
        (Id, SharedKey, _channel, _gone, Gone) = (head.Id, head.SharedKey, channel, gone, gone.Token);
        _methods = new HashSet<string>(head.Methods, StringComparer.OrdinalIgnoreCase);
    }

    public string Id { get; }

    public string SharedKey { get; }

    public bool GathersDockerfile => false;

    public CancellationToken Gone { get; }

    public async Task<IPacketStream> OpenFilesAsync(FilesRequest request, CancellationToken cancellation)
    {
        Require(FileSync, Copy, "no local sources enabled");
        await Task.CompletedTask;
        return new PacketCall(Call(FileSync, PatternHeaders.Of(request), cancellation), $"files of {request.Name}");
    }

    /// <summary>Gives the client a result: a file in pieces, or files as packets, as it has asked for.</summary>
    /// <param name="index">Its number among those that the client has asked for.</param>
    /// <exception cref="GantryException">Unsupported: it takes none.</exception>
    internal PacketCall OpenResult(int index, CancellationToken cancellation)
    {
        Require(FileSend, Copy, $"method /{FileSend}/{Copy} not supported by the client");
        Metadata headers = new() { { ExportHeader, index.ToString(CultureInfo.InvariantCulture) } };
        return new PacketCall(Call(FileSend, headers, cancellation), "result");
    }

    public async Task<byte[]?> FindSecretAsync(string id, CancellationToken cancellation)
    {
        const string service = "moby.buildkit.secrets.v1.Secrets";
        if (!Offers(service, nameof(Secrets.SecretsClient.GetSecret))) return null;
        GetSecretResponse? found = await AskAsync($"secret {id}", token =>
            new Secrets.SecretsClient(_channel).GetSecretAsync(new GetSecretRequest { ID = id }, cancellationToken: token), cancellation);
        if (found?.Data.Length > MaxSecret) throw GantryException.Invalid($"secret {id} is larger than {MaxSecret} bytes");
        return found?.Data.ToByteArray();
    }

    public async Task<bool> HasAgentAsync(string id, CancellationToken cancellation)
    {
        if (!Offers("moby.sshforward.v1.SSH", nameof(SSH.SSHClient.CheckAgent))) return false;
        try
        {
            return await AskAsync($"ssh {id}", token =>
                new SSH.SSHClient(_channel).CheckAgentAsync(new CheckAgentRequest { ID = id }, cancellationToken: token), cancellation)
                is not null;
        }
        catch (GantryException e) when (e.Kind is ErrorKind.InvalidArgument)
        {
            // Go's clients answer so for an agent that they have not got.
            return false;
        }
    }

    public async Task<Stream> OpenAgentAsync(string id, CancellationToken cancellation)
    {
        Require("moby.sshforward.v1.SSH", nameof(SSH.SSHClient.ForwardAgent), $"no ssh agent {id} is passed on by the client");
        await Task.CompletedTask;
        return new AgentStream(new SSH.SSHClient(_channel).ForwardAgent(new Metadata { { AgentHeader, id } },
            cancellationToken: cancellation));
    }

    /// <summary>Who the client is at a registry.</summary>
    /// <param name="host">As its file of credentials names it.</param>
    /// <returns>Null for nobody.</returns>
    public async Task<(string User, string Secret)?> FindCredentialsAsync(string host, CancellationToken cancellation)
    {
        if (!Offers("moby.filesync.v1.Auth", nameof(Auth.AuthClient.Credentials))) return null;
        CredentialsResponse? found = await AskAsync($"credentials for {host}", token =>
            new Auth.AuthClient(_channel).CredentialsAsync(new CredentialsRequest { Host = host }, cancellationToken: token), cancellation);
        return found is null || (found.Username.Length == 0 && found.Secret.Length == 0) ? null : (found.Username, found.Secret);
    }

    /// <summary>Writes a blob of one of the client's layouts to a stream. What comes is whatever the client sends.</summary>
    /// <param name="store">The client's name for the layout.</param>
    /// <exception cref="GantryException">Unsupported: it offers none; NotFound: it has no such blob.</exception>
    public async Task ReadBlobAsync(string store, string digest, Stream output, CancellationToken cancellation)
    {
        Require("containerd.services.content.v1.Content", nameof(Content.ContentClient.Read),
            $"no layout {store} is offered by the client");
        try
        {
            using AsyncServerStreamingCall<ReadContentResponse> call = new Content.ContentClient(_channel).Read(
                new ReadContentRequest { Digest = digest }, new Metadata { { StoreHeader, store } }, cancellationToken: cancellation);
            while (await call.ResponseStream.MoveNext(cancellation)) output.Write(call.ResponseStream.Current.Data.Span);
        }
        catch (RpcException e)
        {
            cancellation.ThrowIfCancellationRequested();
            throw CallFailure.Of(e, $"blob {digest} of the client's layout {store}");
        }
    }

    internal GrpcChannel Channel => _channel;

    private bool Offers(string service, string method) => _methods.Contains($"/{service}/{method}");

    private void Require(string service, string method, string otherwise)
    {
        if (!Offers(service, method)) throw GantryException.Unsupported(otherwise);
    }

    private AsyncDuplexStreamingCall<byte[], byte[]> Call(string service, Metadata headers, CancellationToken cancellation) =>
        _channel.CreateCallInvoker().AsyncDuplexStreamingCall(RawMethods.Duplex(service, Copy), null,
            new CallOptions(headers, cancellationToken: cancellation));

    /// <returns>Null for what the client has not got.</returns>
    private static async Task<T?> AskAsync<T>(string what, Func<CancellationToken, AsyncUnaryCall<T>> call, CancellationToken cancellation)
        where T : class
    {
        try
        {
            using AsyncUnaryCall<T> asked = call(cancellation);
            return await asked;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.NotFound or StatusCode.Unimplemented)
        {
            return null;
        }
        catch (RpcException e)
        {
            cancellation.ThrowIfCancellationRequested();
            throw CallFailure.Of(e, what);
        }
    }

    /// <summary>All that waits for it is cancelled.</summary>
    public void Dispose()
    {
        _gone.Cancel();
        _channel.Dispose();
    }
}
