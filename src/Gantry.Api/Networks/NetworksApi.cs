namespace Gantry.Api;

/// <summary>The network routes.</summary>
public sealed class NetworksApi
{
    private readonly ApiClient client;

    internal NetworksApi(ApiClient client) => this.client = client;

    public List<NetworkInspect> List(Filters? filters = null) => client.ReadList(ApiRequest.Get(new Query("networks").Add("filters", filters)), ApiJson.Default.ListNetworkInspect);

    public byte[] InspectJson(string id, bool verbose = false) => client.ReadBytes(ApiRequest.Get(new Query("networks", id).Add("verbose", verbose)));

    public NetworkCreateResponse Create(NetworkCreateRequest request) =>
        client.Read(ApiRequest.Post(new Query("networks/create"), request, ApiJson.Default.NetworkCreateRequest), ApiJson.Default.NetworkCreateResponse);

    public void Remove(string id) => client.Run(ApiRequest.Delete(new Query("networks", id)));

    public void Connect(string id, NetworkConnectRequest request) => client.Run(ApiRequest.Post(new Query("networks", id, "connect"), request, ApiJson.Default.NetworkConnectRequest));

    public void Disconnect(string id, NetworkDisconnectRequest request) => client.Run(ApiRequest.Post(new Query("networks", id, "disconnect"), request, ApiJson.Default.NetworkDisconnectRequest));

    public NetworksPruneResponse Prune(Filters? filters) => client.Read(ApiRequest.Post(new Query("networks/prune").Add("filters", filters)), ApiJson.Default.NetworksPruneResponse);
}
