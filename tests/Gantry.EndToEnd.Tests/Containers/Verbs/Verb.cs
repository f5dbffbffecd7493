using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Gantry.EndToEnd.Engines;

namespace Gantry.EndToEnd.Containers.Verbs;

/// <summary>What can be asked of a container, each as one request with nothing in it that could be refused for itself.</summary>
public static class Verb
{
    private static readonly Dictionary<string, Func<VerbSubject, HttpRequestMessage>> Requests = new()
    {
        ["start"] = of => Post($"{of.Path}/start"),
        ["stop"] = of => Post($"{of.Path}/stop"),
        ["kill"] = of => Post($"{of.Path}/kill"),
        ["kill-winch"] = of => Post($"{of.Path}/kill?signal=WINCH"),
        ["restart"] = of => Post($"{of.Path}/restart"),
        ["pause"] = of => Post($"{of.Path}/pause"),
        ["unpause"] = of => Post($"{of.Path}/unpause"),
        ["rename"] = of => Post($"{of.Path}/rename?name={of.Name}-other"),
        ["update"] = of => Post($"{of.Path}/update", """{"CpuShares":512}"""),
        ["update-policy"] = of => Post($"{of.Path}/update", """{"RestartPolicy":{"Name":"unless-stopped"}}"""),
        ["resize"] = of => Post($"{of.Path}/resize?h=24&w=80"),
        ["top"] = of => Get($"{of.Path}/top"),
        ["stats"] = of => Get($"{of.Path}/stats?stream=0"),
        ["logs"] = of => Get($"{of.Path}/logs?stdout=1"),
        ["attach"] = of => Upgrade(Post($"{of.Path}/attach?stream=1&stdout=1")),
        ["exec-create"] = of => Post($"{of.Path}/exec", """{"Cmd":["true"]}"""),
        ["exec-start"] = of => Post($"/exec/{of.Exec}/start", """{"Detach":true}"""),
        ["exec-resize"] = of => Post($"/exec/{of.Exec}/resize?h=24&w=80"),
        ["exec-inspect"] = of => Get($"/exec/{of.Exec}/json"),
        ["wait"] = of => Post($"{of.Path}/wait"),
        ["wait-next-exit"] = of => Post($"{of.Path}/wait?condition=next-exit"),
        ["wait-removed"] = of => Post($"{of.Path}/wait?condition=removed"),
        ["inspect"] = of => Get($"{of.Path}/json"),
        ["list"] = of => Get($"/containers/json?all=1&filters={Filter("id", of.Id)}"),
        ["changes"] = of => Get($"{of.Path}/changes"),
        ["export"] = of => Get($"{of.Path}/export"),
        ["archive-get"] = of => Get($"{of.Path}/archive?path=/etc/passwd"),
        ["archive-head"] = of => new(HttpMethod.Head, $"{of.Path}/archive?path=/etc/passwd"),
        ["archive-put"] = of => new(HttpMethod.Put, $"{of.Path}/archive?path=/tmp") { Content = new ByteArrayContent(new byte[1024]) },
        ["commit"] = of => Post($"/commit?container={of.Name}&repo={of.Name}"),
        ["remove"] = of => new(HttpMethod.Delete, of.Path),
        ["remove-volumes"] = of => new(HttpMethod.Delete, $"{of.Path}?v=1"),
        ["remove-force"] = of => new(HttpMethod.Delete, $"{of.Path}?force=1"),
        ["prune"] = of => Post($"/containers/prune?filters={Filter("label", $"verb={of.Name}")}"),
        ["connect"] = of => Post($"/networks/{of.Network}/connect", $$"""{"Container":"{{of.Name}}"}"""),
        ["disconnect"] = of => Post("/networks/bridge/disconnect", $$"""{"Container":"{{of.Name}}"}"""),
    };

    public static HttpRequestMessage Request(string verb, VerbSubject of) => Requests[verb](of);

    private static HttpRequestMessage Get(string path) => new(HttpMethod.Get, path);

    private static HttpRequestMessage Post(string path, string? json = null) => new(HttpMethod.Post, path)
    {
        Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"),
    };

    private static HttpRequestMessage Upgrade(HttpRequestMessage request)
    {
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new ProductHeaderValue("tcp"));
        return request;
    }

    private static string Filter(string key, string value) =>
        Uri.EscapeDataString(new JsonObject { [key] = new JsonArray(value) }.ToJsonString());
}
