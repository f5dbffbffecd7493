using Gantry.Api.Networks;
using Gantry.Api.Wire;

namespace Gantry.Api.Client;

/// <summary>The network routes.</summary>
public sealed class NetworksApi
{
    private readonly ApiClient _client;

    internal NetworksApi(ApiClient client) => this._client = client;

    public List<NetworkInspect> List(Filters? filters = null) =>
        _client.ReadList(ApiRequest.Get(new Query("networks").Add("filters", filters)), ApiJson.Default.ListNetworkInspect);

    public byte[] InspectJson(string id, bool verbose = false) =>
        _client.ReadBytes(ApiRequest.Get(new Query("networks", id).Add("verbose", verbose)));

    public NetworkCreateResponse Create(NetworkCreateRequest request) =>
        _client.Read(ApiRequest.Post(new Query("networks/create"), request, ApiJson.Default.NetworkCreateRequest),
            ApiJson.Default.NetworkCreateResponse);

    public void Remove(string id) => _client.Run(ApiRequest.Delete(new Query("networks", id)));

    public void Connect(string id, NetworkConnectRequest request) =>
        _client.Run(ApiRequest.Post(new Query("networks", id, "connect"), request, ApiJson.Default.NetworkConnectRequest));

    public void Disconnect(string id, NetworkDisconnectRequest request) =>
        _client.Run(ApiRequest.Post(new Query("networks", id, "disconnect"), request, ApiJson.Default.NetworkDisconnectRequest));

    public NetworksPruneResponse Prune(Filters? filters) =>
        _client.Read(ApiRequest.Post(new Query("networks/prune").Add("filters", filters)), ApiJson.Default.NetworksPruneResponse);
}
