using Gantry.Api.Events;
using Gantry.Api.Host;
using Gantry.Api.Wire;

namespace Gantry.Api.Client;

/// <summary>The daemon itself, and its events.</summary>
public sealed class SystemApi
{
    private readonly ApiClient _client;

    internal SystemApi(ApiClient client) => this._client = client;

    /// <summary>Also settles the API version: the route answers to every version, and the answer names the daemon's.</summary>
    public SystemVersion Version()
    {
        SystemVersion version = _client.Read(ApiRequest.Get(new Query("version")), ApiJson.Default.SystemVersion);
        _client.Agree(version.ApiVersion);
        return version;
    }

    public byte[] VersionJson() => _client.ReadBytes(ApiRequest.Get(new Query("version")));

    public SystemInfo Info() => _client.Read(ApiRequest.Get(new Query("info")), ApiJson.Default.SystemInfo);

    public byte[] InfoJson() => _client.ReadBytes(ApiRequest.Get(new Query("info")));

    /// <summary>Walks over the files of all containers and volumes: takes its time.</summary>
    /// <param name="type">One kind alone: <c>build-cache</c>; null for all. Before API 1.42 it is always all.</param>
    public DiskUsage DiskUsage(string? type = null) =>
        _client.Read(ApiRequest.Get(new Query("system/df").Add("type", type)), ApiJson.Default.DiskUsage);

    /// <summary>Reads and compares everything in the data root: takes its time. Only Gantry's own daemon knows this route.</summary>
    public StoreReport Check(bool repair) =>
        _client.Read(ApiRequest.Post(new Query("gantry/check").Add("repair", repair)), ApiJson.Default.StoreReport);

    /// <summary>A stream of <see cref="EventMessage"/>, one a line; it ends at <paramref name="until"/>, or never.</summary>
    public ApiResponse Events(string? since, string? until, Filters? filters) =>
        _client.Send(ApiRequest.Get(new Query("events").Add("filters", filters).Add("since", since).Add("until", until)));

    /// <summary>Where the time of the last operations went, the newest first. Only Gantry's own daemon knows this route.</summary>
    public byte[] TraceJson(int limit) => _client.ReadBytes(ApiRequest.Get(new Query("gantry/trace").Add("limit", limit)));
}
