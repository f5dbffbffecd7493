using Gantry.Api.Containers;
using Gantry.Api.Host;
using Gantry.Api.Wire;

namespace Gantry.Api.Client;

/// <summary>The container routes. Every container may be named by ID, unambiguous beginning of the ID, or name.</summary>
public sealed class ContainersApi
{
    private readonly ApiClient _client;

    internal ContainersApi(ApiClient client) => this._client = client;

    public ContainerCreateResponse Create(ContainerCreateRequest request, string? name, string? platform) =>
        BriefAnswer.Created(_client.ReadBytes(ApiRequest.Post(new Query("containers/create").Add("name", name).Add("platform", platform),
            ContainerCreateWriter.Write(request))));

    public void Start(string id, string? detachKeys = null, string? checkpoint = null, string? checkpointDir = null) =>
        _client.Run(ApiRequest.Post(new Query("containers", id, "start").Add("detachKeys", detachKeys).Add("checkpoint", checkpoint)
            .Add("checkpoint-dir", checkpointDir)));

    /// <param name="timeout">Seconds until SIGKILL; null leaves it to the container, -1 waits for ever.</param>
    public void Stop(string id, string? signal = null, int? timeout = null) =>
        _client.Run(ApiRequest.Post(new Query("containers", id, "stop").Add("signal", signal).Add("t", timeout)));

    /// <inheritdoc cref="Stop"/>
    public void Restart(string id, string? signal = null, int? timeout = null) =>
        _client.Run(ApiRequest.Post(new Query("containers", id, "restart").Add("signal", signal).Add("t", timeout)));

    public void Kill(string id, string? signal) => _client.Run(ApiRequest.Post(new Query("containers", id, "kill").Add("signal", signal)));

    public void Pause(string id) => _client.Run(ApiRequest.Post(new Query("containers", id, "pause")));

    public void Unpause(string id) => _client.Run(ApiRequest.Post(new Query("containers", id, "unpause")));

    public void Remove(string id, bool force = false, bool volumes = false, bool link = false) =>
        _client.Run(ApiRequest.Delete(new Query("containers", id).Add("force", force).Add("v", volumes).Add("link", link)));

    public void Rename(string id, string name) => _client.Run(ApiRequest.Post(new Query("containers", id, "rename").Add("name", name)));

    public List<ContainerSummary> List(bool all = false, int? limit = null, bool size = false, Filters? filters = null) =>
        _client.ReadList(ListRequest(all, limit, size, filters), ApiJson.Default.ListContainerSummary);

    private static ApiRequest ListRequest(bool all, int? limit, bool size, Filters? filters) =>
        ApiRequest.Get(new Query("containers/json").Add("all", all).Add("limit", limit).Add("size", size).Add("filters", filters));

    public ContainerInspectResponse Inspect(string id) => _client.Read(InspectRequest(id, false), ApiJson.Default.ContainerInspectResponse);

    public byte[] InspectJson(string id, bool size = false) => _client.ReadBytes(InspectRequest(id, size));

    private static ApiRequest InspectRequest(string id, bool size) => ApiRequest.Get(new Query("containers", id, "json").Add("size", size));

    /// <summary>The log as a stream, framed unless the container has a terminal.
    /// With <paramref name="follow"/> it ends with the container.</summary>
    /// <param name="since">Seconds since 1970, with a fraction.</param>
    /// <param name="tail">A number of lines, or <c>all</c>.</param>
    public ApiResponse Logs(string id, bool follow = false, bool timestamps = false, bool details = false, string? since = null,
        string? until = null, string? tail = null) =>
        _client.Send(ApiRequest.Get(new Query("containers", id, "logs").Add("details", details).Add("follow", follow).Add("since", since)
            .Add("stderr", true).Add("stdout", true).Add("tail", tail).Add("timestamps", timestamps).Add("until", until)));

    public HijackedStream Attach(string id, bool stdin, bool stdout, bool stderr, bool logs = false, string? detachKeys = null) =>
        _client.Hijack(AttachRequest(id, stdin, stdout, stderr, logs, detachKeys));

    private static ApiRequest AttachRequest(string id, bool stdin, bool stdout, bool stderr, bool logs, string? detachKeys) => new()
    {
        Method = "POST",
        Path = new Query("containers", id, "attach").Add("detachKeys", detachKeys).Add("logs", logs).Add("stderr", stderr)
            .Add("stdin", stdin).Add("stdout", stdout).Add("stream", true).ToString(),
        Upgrade = true,
    };

    /// <summary>Both at once, for a container that is about to be started: the requests go out together and cost one round trip.</summary>
    /// <inheritdoc cref="Wait"/>
    public (HijackedStream Stream, PendingWait Wait) AttachAndWait(string id, bool stdin, bool stdout, bool stderr, string? condition,
        string? detachKeys = null)
    {
        (ApiResponse attached, ApiResponse waiting) =
            _client.SendBoth(AttachRequest(id, stdin, stdout, stderr, logs: false, detachKeys), WaitRequest(id, condition));
        return (new HijackedStream(attached.Connection), new PendingWait(waiting));
    }

    private static ApiRequest WaitRequest(string id, string? condition) =>
        ApiRequest.Post(new Query("containers", id, "wait").Add("condition", condition));

    public void Resize(string id, int rows, int columns) =>
        _client.Run(ApiRequest.Post(new Query("containers", id, "resize").Add("h", rows).Add("w", columns)));

    public ContainerTopResponse Top(string id, string? arguments) =>
        _client.Read(ApiRequest.Get(new Query("containers", id, "top").Add("ps_args", arguments)), ApiJson.Default.ContainerTopResponse);

    public ContainerUpdateResponse Update(string id, ContainerUpdateRequest request) =>
        _client.Read(ApiRequest.Post(new Query("containers", id, "update"), request, ApiJson.Default.ContainerUpdateRequest),
            ApiJson.Default.ContainerUpdateResponse);

    /// <summary>Returns as soon as the daemon has registered the wait, so that a start that follows cannot be missed; the exit code comes
    /// from <see cref="PendingWait.Result"/>.</summary>
    /// <param name="condition"><c>not-running</c>, <c>next-exit</c> or <c>removed</c>; null is the first.</param>
    public PendingWait Wait(string id, string? condition = null) =>
        new(_client.Send(WaitRequest(id, condition)));

    public ContainersPruneResponse Prune(Filters? filters) =>
        _client.Read(ApiRequest.Post(new Query("containers/prune").Add("filters", filters)), ApiJson.Default.ContainersPruneResponse);

    public List<FilesystemChange> Changes(string id) =>
        _client.ReadList(ApiRequest.Get(new Query("containers", id, "changes")), ApiJson.Default.ListFilesystemChange);

    /// <summary>The whole root filesystem as a tar archive.</summary>
    public ApiResponse Export(string id) => _client.Send(ApiRequest.Get(new Query("containers", id, "export")));

    /// <returns>Null when there is no such path, or no such container.</returns>
    public ContainerPathStatus? PathStatus(string id, string path)
    {
        try
        {
            using ApiResponse response = _client.Send(
                new ApiRequest { Method = "HEAD", Path = new Query("containers", id, "archive").Add("path", path).ToString() });
            return StatusOf(response);
        }
        catch (ApiException)
        {
            // The answer to HEAD has no words; the request that follows gets them.
            return null;
        }
    }

    /// <summary>A file or directory as a tar archive.</summary>
    public ApiResponse ReadArchive(string id, string path, out ContainerPathStatus status)
    {
        ApiResponse response = _client.Send(ApiRequest.Get(new Query("containers", id, "archive").Add("path", path)));
        status = StatusOf(response) ?? throw new ApiConnectionException("the daemon's answer does not say what it sends");
        return response;
    }

    /// <summary>Unpacks an archive into an existing directory; nothing changes from a directory to something else.</summary>
    /// <param name="asUser">Files belong to the container's user.</param>
    public void WriteArchive(string id, string path, Stream archive, bool asUser)
    {
        using ApiResponse response = _client.Send(new ApiRequest
        {
            Method = "PUT", Path = new Query("containers", id, "archive").Add("copyUIDGID", asUser).Add("noOverwriteDirNonDir", true)
                .Add("path", path).ToString(),
            BodyStream = archive, ContentType = "application/x-tar",
        });
        response.Body.CopyTo(Stream.Null);
    }

    /// <summary>Makes an image from a container.</summary>
    /// <returns>Its identifier.</returns>
    public string Commit(string id, string? repository, string? tag, string? author, string? comment, bool pause,
        IReadOnlyList<string> changes)
    {
        Query query = new Query("commit").Add("author", author);
        foreach (string change in changes) query.Add("changes", change);
        query.Add("comment", comment).Add("container", id).Add("repo", repository).Add("tag", tag);
        // What is not said is true.
        if (!pause) query.Add("pause", "0");
        return _client.Read(ApiRequest.Post(query), ApiJson.Default.IdResponse).Id;
    }

    private static ContainerPathStatus? StatusOf(ApiResponse response) =>
        response.Header("X-Docker-Container-Path-Stat") is { } header
            ? System.Text.Json.JsonSerializer.Deserialize(Convert.FromBase64String(header), ApiJson.Default.ContainerPathStatus) : null;
}

/// <summary>A wait that the daemon has accepted.</summary>
public sealed class PendingWait : IDisposable
{
    private readonly ApiResponse _response;

    internal PendingWait(ApiResponse response) => this._response = response;

    /// <summary>Blocks until the condition holds.</summary>
    public ContainerWaitResponse Result() => BriefAnswer.Waited(_response.ReadAll());

    public void Dispose() => _response.Dispose();
}
