using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Api.Builds;
using Gantry.Api.Images;
using Gantry.Api.Wire;

namespace Gantry.Api.Client;

/// <summary>Builds and what is kept of them.</summary>
public sealed class BuildsApi
{
    private readonly ApiClient _client;

    internal BuildsApi(ApiClient client) => this._client = client;

    /// <summary>Builds an image; the answer is a stream of <see cref="JsonMessage"/>.
    /// Closing the connection ends the build.</summary>
    /// <param name="context">Writes the archive, on a thread of its own: the daemon may answer before it has all.
    /// What it throws breaks the connection off, so that half a context is never built; null where the daemon fetches it.</param>
    /// <param name="logins">By registry.</param>
    /// <param name="archive">A small one, which goes with the request, in place of <paramref name="context"/>.</param>
    public ApiResponse Build(BuildRequest request, Action<Stream>? context, IReadOnlyDictionary<string, AuthConfig> logins,
        byte[]? archive = null)
    {
        byte[] keys = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, AuthConfig>(logins),
            ApiJson.Default.DictionaryStringAuthConfig);
        return _client.Send(Post("build", request, context, archive, $"X-Registry-Config: {AuthHeader.Encode(keys)}\r\n"));
    }

    /// <summary>What the checks of the Dockerfile find; nothing is built. Only Gantry's own daemon knows this route.</summary>
    /// <inheritdoc cref="Build"/>
    public BuildCheckReport Check(BuildRequest request, Action<Stream>? context, byte[]? archive = null) =>
        _client.Read(Post("gantry/build/check", request, context, archive), ApiJson.Default.BuildCheckReport);

    /// <summary>What the Dockerfile can be asked for and given; nothing is built. Only Gantry's own daemon knows this route.</summary>
    /// <inheritdoc cref="Build"/>
    public BuildOutlineReport Outline(BuildRequest request, Action<Stream>? context, byte[]? archive = null) =>
        _client.Read(Post("gantry/build/outline", request, context, archive), ApiJson.Default.BuildOutlineReport);

    private static ApiRequest Post(string path, BuildRequest request, Action<Stream>? context, byte[]? archive,
        string headers = "") => new()
    {
        Method = "POST", Path = QueryOf(path, request).ToString(), WriteBody = context, Body = archive, ContentType = "application/x-tar",
        ExtraHeaders = headers,
    };

    /// <summary>Offers files, secrets and agents to builds that are asked for with the name of the session.</summary>
    /// <param name="key">Names this client's directories from one build to the next.</param>
    /// <returns>Null for a daemon that knows no such thing: others than Gantry's.</returns>
    public HijackedStream? OpenSession(string id, string key)
    {
        try
        {
            return _client.Hijack(new ApiRequest
            {
                Method = "POST", Path = new Query("gantry/build/session").Add("id", id).Add("key", key).ToString(), Upgrade = true,
            });
        }
        catch (ApiException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <param name="reserved">Bytes that may stay; 0 for none, as with the others.</param>
    /// <param name="most">Bytes that stay at most.</param>
    /// <param name="free">Bytes that shall be free on the disk.</param>
    public BuildPruneResponse Prune(bool all, Filters? filters, long reserved = 0, long most = 0, long free = 0) =>
        // The name of the limit has changed, and whoever knows one does not know the other.
        _client.Read(ApiRequest.Post(new Query("build/prune").Add("all", all).Add("keep-storage", Number(reserved))
            .Add("reserved-space", Number(reserved)).Add("max-used-space", Number(most)).Add("min-free-space", Number(free))
            .Add("filters", filters)), ApiJson.Default.BuildPruneResponse);

    private static string? Output(BuildRequest request)
    {
        if (request.Output is not { } type) return null;
        string attributes = request.IsSplit is { } split ? $",\"Attrs\":{{\"platform-split\":\"{(split ? "true" : "false")}\"}}" : "";
        return $"[{{\"Type\":\"{type}\"{attributes}}}]";
    }

    private static Query QueryOf(string path, BuildRequest request)
    {
        Query query = new(path);
        foreach (string tag in request.Tags) query.Add("t", tag);
        foreach (string option in request.SecurityOptions) query.Add("securityopt", option);
        foreach (string host in request.ExtraHosts) query.Add("extrahosts", host);
        return query.Add("remote", request.Remote).Add("dockerfile", request.Dockerfile).Add("target", request.Target)
            .Add("platform", request.Platform).Add("q", request.Quiet).Add("checks", request.Checks)
            .Add("clientsession", request.ClientSession).Add("vertices", request.Vertices)
            .Add("nocache", request.NoCache).Add("pull", request.Pull)
            .Add("squash", request.Squash).Add("rm", request.Remove ? "1" : "0").Add("forcerm", request.ForceRemove)
            .Add("buildargs", Json(request.Arguments, ApiJson.Default.DictionaryStringString))
            .Add("labels", Json(request.Labels!, ApiJson.Default.DictionaryStringString))
            .Add("cachefrom", request.CacheFrom.Count > 0 ? Json(request.CacheFrom, ApiJson.Default.ListString) : null)
            .Add("cacheimports", request.CacheImports.Count > 0 ? Json(request.CacheImports, ApiJson.Default.ListBuildCacheOption) : null)
            .Add("cacheexports", request.CacheExports.Count > 0 ? Json(request.CacheExports, ApiJson.Default.ListBuildCacheOption) : null)
            .Add("ulimits", request.Ulimits.Count > 0 ? Json(request.Ulimits, ApiJson.Default.ListUlimit) : null)
            .Add("outputs", Output(request))
            .Add("annotations", Json(request.Annotations!, ApiJson.Default.DictionaryStringString))
            .Add("platforms", request.Platforms.Count > 0 ? Json(request.Platforms, ApiJson.Default.ListString) : null)
            .Add("attestations", request.Attestations.Count > 0 ? Json(request.Attestations, ApiJson.Default.ListBuildAttestation) : null)
            .Add("placedannotations", request.PlacedAnnotations.Count == 0 ? null
                : Json(request.PlacedAnnotations, ApiJson.Default.ListBuildAnnotation))
            .Add("nocachefilter", request.NoCacheStages.Count > 0 ? Json(request.NoCacheStages, ApiJson.Default.ListString) : null)
            .Add("contexts", Json(request.Contexts!, ApiJson.Default.DictionaryStringString))
            .Add("networkmode", request.NetworkMode).Add("isolation", request.Isolation).Add("cgroupparent", request.CgroupParent)
            .Add("cpusetcpus", request.CpusetCpus).Add("cpusetmems", request.CpusetMems).Add("cpushares", Number(request.CpuShares))
            .Add("cpuperiod", Number(request.CpuPeriod)).Add("cpuquota", Number(request.CpuQuota))
            .Add("memory", Number(request.Memory)).Add("memswap", Number(request.MemorySwap)).Add("shmsize", Number(request.ShmSize))
            .Add("version", "1");
    }

    private static string? Json(Dictionary<string, string?> map, JsonTypeInfo<Dictionary<string, string?>> type) =>
        map.Count > 0 ? Json<Dictionary<string, string?>>(map, type) : null;

    private static string Json<T>(T value, JsonTypeInfo<T> type) =>
        Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(value, type));

    private static string? Number(long value) => value == 0 ? null : value.ToString(CultureInfo.InvariantCulture);
}
