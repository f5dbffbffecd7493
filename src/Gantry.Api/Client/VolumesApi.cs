using Gantry.Api.Volumes;
using Gantry.Api.Wire;

namespace Gantry.Api.Client;

/// <summary>The volume routes.</summary>
public sealed class VolumesApi
{
    private readonly ApiClient _client;

    internal VolumesApi(ApiClient client) => this._client = client;

    public VolumeListResponse List(Filters? filters = null) =>
        _client.Read(ApiRequest.Get(new Query("volumes").Add("filters", filters)), ApiJson.Default.VolumeListResponse);

    public byte[] InspectJson(string name) => _client.ReadBytes(ApiRequest.Get(new Query("volumes", name)));

    public Volume Create(VolumeCreateRequest request) =>
        _client.Read(ApiRequest.Post(new Query("volumes/create"), request, ApiJson.Default.VolumeCreateRequest), ApiJson.Default.Volume);

    public void Remove(string name, bool force = false) => _client.Run(ApiRequest.Delete(new Query("volumes", name).Add("force", force)));

    public VolumesPruneResponse Prune(Filters? filters) =>
        _client.Read(ApiRequest.Post(new Query("volumes/prune").Add("filters", filters)), ApiJson.Default.VolumesPruneResponse);
}
