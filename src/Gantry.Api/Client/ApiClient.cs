using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Api.Host;
using Gantry.Api.Wire;

namespace Gantry.Api.Client;

/// <summary>
/// Client of the API, blocking. Sequential requests share one connection; those that overlap get their own.
/// Safe for several threads.
/// </summary>
public sealed class ApiClient : IDisposable
{
    public const string NewestVersion = "1.51";
    private readonly Lock _idleLock = new();
    private readonly Stack<ApiConnection> _idle = [];
    private bool _versionKnown;

    /// <param name="version">Speak this version and no other; null agrees with the daemon on the newest that both know.</param>
    public ApiClient(DaemonAddress address, string? version = null)
    {
        Address = address;
        Version = version ?? NewestVersion;
        _versionKnown = version is not null;
        Host = address.SocketPath is null ? $"{address.Host}:{address.Port}" : "localhost";
    }

    public DaemonAddress Address { get; }
    /// <summary>The API version of the requests from now on.</summary>
    public string Version { get; private set; }
    private string Host { get; }

    public BuildsApi Builds => field ??= new BuildsApi(this);
    public ContainersApi Containers => field ??= new ContainersApi(this);
    public ExecsApi Execs => field ??= new ExecsApi(this);
    public ImagesApi Images => field ??= new ImagesApi(this);
    public NetworksApi Networks => field ??= new NetworksApi(this);
    public VolumesApi Volumes => field ??= new VolumesApi(this);
    public SystemApi System => field ??= new SystemApi(this);

    /// <summary>
    /// Sends and returns once the headers have arrived. The newest version is simply tried; a daemon that does not know it says
    /// which it knows, and the request is sent again: so the usual case costs no extra round trip.
    /// </summary>
    /// <exception cref="ApiException">Status 400 and above.</exception>
    internal ApiResponse Send(ApiRequest request)
    {
        if ((request.BodyStream is not null || request.WriteBody is not null) && !_versionKnown) Negotiate();
        ApiResponse response = SendOnce(request);
        if (response.Status < 400) return response;
        ApiException error = ReadError(response);
        if (error.Status != 400 || _versionKnown || !VersionAnswer.TryParse(error.Message, out string version)) throw error;
        Version = version;
        _versionKnown = true;
        response = SendOnce(request);
        return response.Status < 400 ? response : throw ReadError(response);
    }

    private ApiResponse SendOnce(ApiRequest request)
    {
        ApiConnection connection = TakeIdle() ?? ApiConnection.Open(Address);
        try
        {
            connection.Send(request, request.Unversioned ? "" : $"/v{Version}", Host);
            return new ApiResponse(this, connection, request.Method == "HEAD");
        }
        catch (Exception e) when (e is SocketException or ApiConnectionException)
        {
            connection.Dispose();
            if (e is ApiConnectionException) throw;
            throw new ApiConnectionException($"error during connect: {Address.Text}: {e.Message}", e);
        }
    }

    /// <summary>Sends the second request before the first is answered, on a connection of its own. The version is known by then.</summary>
    internal (ApiResponse First, ApiResponse Second) SendBoth(ApiRequest first, ApiRequest second)
    {
        ApiConnection ahead = ApiConnection.Open(Address);
        try
        {
            ahead.Send(second, $"/v{Version}", Host);
            ApiResponse firstAnswer = Send(first);
            ApiResponse secondAnswer = new(this, ahead, isHead: false);
            return secondAnswer.Status < 400 ? (firstAnswer, secondAnswer) : throw ReadError(secondAnswer);
        }
        catch (Exception e) when (e is SocketException or ApiException or ApiConnectionException)
        {
            ahead.Dispose();
            if (e is not SocketException) throw;
            throw new ApiConnectionException($"error during connect: {Address.Text}: {e.Message}", e);
        }
    }

    /// <summary>Sends and takes the connection over as a raw stream; the daemon agrees with 101, older ones with 200.</summary>
    internal HijackedStream Hijack(ApiRequest request)
    {
        ApiResponse response = Send(request);
        return new HijackedStream(response.Connection);
    }

    internal void Run(ApiRequest request)
    {
        using ApiResponse response = Send(request);
        response.Body.CopyTo(Stream.Null);
    }

    internal T Read<T>(ApiRequest request, JsonTypeInfo<T> type) where T : class
    {
        using ApiResponse response = Send(request);
        return response.Read(type);
    }

    /// <summary>A daemon may answer null for an empty list.</summary>
    internal List<T> ReadList<T>(ApiRequest request, JsonTypeInfo<List<T>> type)
    {
        using ApiResponse response = Send(request);
        return response.ReadOrNull(type) ?? [];
    }

    /// <summary>The body as it came, for <c>inspect</c>: fields that we do not know are shown as well.</summary>
    internal byte[] ReadBytes(ApiRequest request)
    {
        using ApiResponse response = Send(request);
        return response.ReadAll();
    }

    /// <summary>Asks the daemon for its newest version and lowers ours to it.</summary>
    public void Negotiate()
    {
        using ApiResponse response = SendOnce(new ApiRequest { Method = "HEAD", Path = "/_ping", Unversioned = true });
        Agree(response.Header("Api-Version"));
    }

    /// <summary>Lowers the version to the daemon's; one that the user has fixed stays.</summary>
    public void Agree(string? daemonVersion)
    {
        if (_versionKnown || daemonVersion is null) return;
        if (VersionAnswer.Compare(daemonVersion, NewestVersion) < 0) Version = daemonVersion;
        _versionKnown = true;
    }

    private static ApiException ReadError(ApiResponse response)
    {
        using (response)
        {
            byte[] body = response.ReadAll();
            string message = global::System.Text.Encoding.UTF8.GetString(body).Trim();
            try
            {
                message = JsonSerializer.Deserialize(body, ApiJson.Default.ErrorResponse)?.Message is { Length: > 0 } text ? text : message;
            }
            catch (JsonException)
            {
                // A proxy's page or an old daemon's plain text: shown as it is.
            }
            return new ApiException(response.Status,
                message.Length > 0 ? message : $"the request failed with status {response.Status} and no message");
        }
    }

    /// <summary>A daemon closes connections that were idle for long; that shows before anything is sent,
    /// so nothing is ever done twice.</summary>
    private ApiConnection? TakeIdle()
    {
        lock (_idleLock)
        {
            while (_idle.TryPop(out ApiConnection? connection))
            {
                if (!connection.HasInput) return connection;
                connection.Dispose();
            }
        }
        return null;
    }

    internal void Return(ApiConnection connection, bool reusable)
    {
        if (!reusable)
        {
            connection.Dispose();
            return;
        }
        lock (_idleLock) _idle.Push(connection);
    }

    public void Dispose()
    {
        while (TakeIdle() is { } connection) connection.Dispose();
    }
}
