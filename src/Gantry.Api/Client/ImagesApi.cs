using Gantry.Api.Images;
using Gantry.Api.Wire;

namespace Gantry.Api.Client;

/// <summary>The image routes. An image may be named by reference, digest, ID or unambiguous beginning of the ID.</summary>
public sealed class ImagesApi
{
    private readonly ApiClient _client;

    internal ImagesApi(ApiClient client) => this._client = client;

    public List<ImageSummary> List(bool all = false, bool digests = false, Filters? filters = null, bool manifests = false) =>
        _client.ReadList(ApiRequest.Get(new Query("images/json").Add("all", all).Add("digests", digests).Add("filters", filters)
            .Add("manifests", manifests)), ApiJson.Default.ListImageSummary);

    public ImageInspect Inspect(string name) => _client.Read(InspectRequest(name), ApiJson.Default.ImageInspect);

    public byte[] InspectJson(string name) => _client.ReadBytes(InspectRequest(name));

    private static ApiRequest InspectRequest(string name) => ApiRequest.Get(new Query("images", name, "json"));

    public List<ImageHistory> History(string name) =>
        _client.ReadList(ApiRequest.Get(new Query("images", name, "history")), ApiJson.Default.ListImageHistory);

    public List<ImageDeleteResponseItem> Remove(string name, bool force = false, bool noPrune = false) =>
        _client.ReadList(ApiRequest.Delete(new Query("images", name).Add("force", force).Add("noprune", noPrune)),
            ApiJson.Default.ListImageDeleteResponseItem);

    public void Tag(string source, string repository, string? tag) =>
        _client.Run(ApiRequest.Post(new Query("images", source, "tag").Add("repo", repository).Add("tag", tag)));

    /// <summary>Sends an archive; the answer is a stream of <see cref="JsonMessage"/>.</summary>
    public ApiResponse Load(Stream archive, bool quiet, string? platform = null) => _client.Send(new ApiRequest
    {
        Method = "POST", Path = new Query("images/load").Add("quiet", quiet).Add("platform", platform).ToString(), BodyStream = archive,
        ContentType = "application/x-tar",
    });

    /// <summary>One tar archive that holds all the named images.</summary>
    public ApiResponse Save(IReadOnlyList<string> names, string? platform = null)
    {
        Query query = new("images/get");
        foreach (string name in names) query.Add("names", name);
        return _client.Send(ApiRequest.Get(query.Add("platform", platform)));
    }

    /// <summary>Makes an image from a root filesystem; the answer is a stream of <see cref="JsonMessage"/>.</summary>
    /// <param name="source"><c>-</c> when <paramref name="archive"/> is sent, else an address that the daemon fetches.</param>
    /// <param name="changes">Dockerfile instructions to apply.</param>
    public ApiResponse Import(string source, Stream? archive, string? repository, string? tag, string? message,
        IReadOnlyList<string> changes, string? platform = null)
    {
        Query query = new Query("images/create").Add("fromSrc", source).Add("repo", repository).Add("tag", tag).Add("message", message);
        foreach (string change in changes) query.Add("changes", change);
        return _client.Send(new ApiRequest { Method = "POST", Path = query.Add("platform", platform).ToString(), BodyStream = archive,
            ContentType = "text/plain" });
    }

    /// <summary>Fetches from a registry; the answer is a stream of <see cref="JsonMessage"/>.</summary>
    /// <param name="registryAuth">Base64url of an <see cref="AuthConfig"/>, or null.</param>
    public ApiResponse Pull(string repository, string? tag, string? platform = null, string? registryAuth = null) =>
        _client.Send(new ApiRequest
    {
        Method = "POST", Path = new Query("images/create").Add("fromImage", repository).Add("platform", platform).Add("tag", tag)
            .ToString(),
        ExtraHeaders = registryAuth is null ? "" : $"X-Registry-Auth: {registryAuth}\r\n",
    });

    /// <summary>Sends to a registry; the answer is a stream of <see cref="JsonMessage"/>.</summary>
    /// <param name="tag">Null for all tags of the repository.</param>
    /// <param name="registryAuth">As for <see cref="Pull"/>; the daemon wants the header in any case.</param>
    /// <param name="platform">Refuse an image for another; null for any.</param>
    /// <param name="compression">For layers that the daemon made; null for its own choice.</param>
    public ApiResponse Push(string repository, string? tag, string? registryAuth = null, string? compression = null,
        string? platform = null) => _client.Send(new ApiRequest
    {
        Method = "POST", Path = new Query($"images/{repository}/push").Add("tag", tag).Add("compression", compression)
            .Add("platform", platform).ToString(), ExtraHeaders = $"X-Registry-Auth: {registryAuth ?? "e30="}\r\n",
    });

    /// <summary>Looks for repositories on a registry, through the daemon.</summary>
    /// <param name="limit">0 for the daemon's own.</param>
    /// <param name="registryAuth">As for <see cref="Pull"/>.</param>
    public List<SearchResult> Search(string term, long limit, Filters filters, string? registryAuth = null) =>
        _client.ReadList(new ApiRequest
    {
        Method = "GET", Path = new Query("images/search").Add("term", term).Add("limit", limit == 0 ? null : $"{limit}")
            .Add("filters", filters).ToString(),
        ExtraHeaders = registryAuth is null ? "" : $"X-Registry-Auth: {registryAuth}\r\n",
    }, ApiJson.Default.ListSearchResult);

    /// <summary>Asks the registry, through the daemon, whether the credentials are good.</summary>
    public AuthResult Login(AuthConfig auth) =>
        _client.Read(ApiRequest.Post(new Query("auth"), auth, ApiJson.Default.AuthConfig), ApiJson.Default.AuthResult);

    public ImagesPruneResponse Prune(Filters? filters) =>
        _client.Read(ApiRequest.Post(new Query("images/prune").Add("filters", filters)), ApiJson.Default.ImagesPruneResponse);
}
