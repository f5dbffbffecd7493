using Gantry.Api.Execs;
using Gantry.Api.Wire;

namespace Gantry.Api.Client;

/// <summary>The exec routes: a further process in a running container.</summary>
public sealed class ExecsApi
{
    private readonly ApiClient _client;

    internal ExecsApi(ApiClient client) => this._client = client;

    /// <returns>The exec's ID.</returns>
    public string Create(string container, ExecConfig config) =>
        BriefAnswer.Id(_client.ReadBytes(ApiRequest.Post(new Query("containers", container, "exec"), ExecWriter.Write(config))));

    /// <summary>Starts it and leaves it alone.</summary>
    public void StartDetached(string id) => _client.Run(StartRequest(id, new ExecStartRequest { Detach = true }, upgrade: false));

    /// <summary>Starts it with its streams attached; framed unless <see cref="ExecStartRequest.Tty"/>.</summary>
    public HijackedStream Start(string id, ExecStartRequest request) => _client.Hijack(StartRequest(id, request, upgrade: true));

    private static ApiRequest StartRequest(string id, ExecStartRequest request, bool upgrade) =>
        ApiRequest.Post(new Query("exec", id, "start"), ExecWriter.Write(request), upgrade);

    public void Resize(string id, int rows, int columns) =>
        _client.Run(ApiRequest.Post(new Query("exec", id, "resize").Add("h", rows).Add("w", columns)));

    /// <returns>Null while it runs.</returns>
    public int? ExitCode(string id) => BriefAnswer.ExecExitCode(_client.ReadBytes(ApiRequest.Get(new Query("exec", id, "json"))));

    public ExecInspect Inspect(string id) => _client.Read(ApiRequest.Get(new Query("exec", id, "json")), ApiJson.Default.ExecInspect);
}
