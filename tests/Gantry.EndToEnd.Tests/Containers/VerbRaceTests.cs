using System.Globalization;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Containers;

/// <summary>Several clients do with one container whatever comes to their mind: each of them is answered as one of the orders would have it
/// in which that can be done, and nobody is told that the engine failed.</summary>
/// <remarks><c>GANTRY_RACE_ROUNDS=10000 GANTRY_RACE_SEED=7</c>: so many verbs of each client, others than those of seed 0.</remarks>
public sealed class VerbRaceTests(SharedDaemons daemons) : EngineTests(daemons)
{
    private const int Clients = 4;
    private static readonly int Rounds = Setting("GANTRY_RACE_ROUNDS", 100), Seed = Setting("GANTRY_RACE_SEED", 0);

    private static readonly string[] Verbs =
    [
        "create", "start", "start", "stop", "kill", "signal", "restart", "pause", "unpause", "unpause", "remove", "remove-force", "prune",
        "exec", "exec", "exec", "exec-stream", "update", "rename", "resize", "top", "logs", "attach", "changes", "export", "copy",
        "copy-in", "commit", "connect", "disconnect", "inspect", "list",
    ];

    [Theory, EngineDaemon(OursOnly = true)]
    public async Task NobodyIsToldThatTheEngineFailed(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName(), network = engine.NewName("net"), image = engine.NewName("image");
        await engine.Ok("network", "create", network);
        List<string> wrong = [];
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(number => Ask(new Random(Seed * Clients + number))));
        Assert.Empty(wrong);
        await engine.Api.Delete($"/containers/{container}?force=1");
        await engine.Ok("network", "rm", network);
        await engine.Api.Delete($"/images/{image}?force=1");

        async Task Ask(Random random)
        {
            for (int round = 0; round < Rounds; round++)
            {
                string verb = Verbs[random.Next(Verbs.Length)];
                ApiClient.Answer answer = await Verb(engine.Api, verb, container, network, image);
                if ((int)answer.Status >= 500) lock (wrong) wrong.Add($"{verb}: {(int)answer.Status} {answer.Body.Trim()}");
            }
        }
    }

    private static int Setting(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { } set ? int.Parse(set, CultureInfo.InvariantCulture) : otherwise;

    private static async Task<ApiClient.Answer> Verb(ApiClient api, string verb, string name, string network, string image)
    {
        string path = $"/containers/{name}";
        return verb switch
        {
            "create" => await api.Post($"/containers/create?name={name}",
                $$"""{"Image":"busybox","Cmd":["sleep","1000"],"StopSignal":"KILL","Labels":{"race":"{{name}}"} }"""),
            "start" => await api.Post($"{path}/start"),
            "stop" => await api.Post($"{path}/stop?t=1"),
            "kill" => await api.Post($"{path}/kill"),
            "signal" => await api.Post($"{path}/kill?signal=WINCH"),
            "restart" => await api.Post($"{path}/restart?t=1"),
            "pause" => await api.Post($"{path}/pause"),
            "unpause" => await api.Post($"{path}/unpause"),
            "remove" => await api.Delete(path),
            "remove-force" => await api.Delete($"{path}?force=1"),
            "prune" => await api.Post($"/containers/prune?filters={Uri.EscapeDataString($$"""{"label":["race={{name}}"]}""")}"),
            "exec" => await Exec(api, path, """{"Detach":true}"""),
            "exec-stream" => await Exec(api, path, """{"Detach":false}"""),
            "update" => await api.Post($"{path}/update", """{"PidsLimit":100}"""),
            "rename" => await Rename(api, path, name),
            "resize" => await api.Post($"{path}/resize?h=20&w=80"),
            "top" => await api.Get($"{path}/top"),
            "logs" => await api.Get($"{path}/logs?stdout=1"),
            "attach" => await api.Post($"{path}/attach?logs=1&stdout=1"),
            "changes" => await api.Get($"{path}/changes"),
            "export" => await Begin(api, HttpMethod.Get, $"{path}/export"),
            "copy" => await Begin(api, HttpMethod.Get, $"{path}/archive?path=/etc/passwd"),
            "copy-in" => await api.Send(HttpMethod.Put, $"{path}/archive?path=/tmp", new ByteArrayContent(new byte[1024])),
            "commit" => await api.Post($"/commit?container={name}&repo={image}"),
            "connect" => await api.Post($"/networks/{network}/connect", $$"""{"Container":"{{name}}"}"""),
            "disconnect" => await api.Post($"/networks/{network}/disconnect", $$"""{"Container":"{{name}}"}"""),
            "inspect" => await api.Get($"{path}/json?size=1"),
            _ => await api.Get("/containers/json?all=1&size=1"),
        };
    }

    private static async Task<ApiClient.Answer> Exec(ApiClient api, string path, string start)
    {
        ApiClient.Answer made = await api.Post($"{path}/exec", """{"Cmd":["true"],"AttachStdout":true}""");
        return (int)made.Status == 201 ? await api.Post($"/exec/{made.Json["Id"]}/start", start) : made;
    }

    private static async Task<ApiClient.Answer> Rename(ApiClient api, string path, string name)
    {
        ApiClient.Answer away = await api.Post($"{path}/rename?name={name}-away");
        if ((int)away.Status != 204) return away;
        ApiClient.Answer back = await api.Post($"{path}-away/rename?name={name}");
        // Another one has taken the name meanwhile.
        if ((int)back.Status == 409) return await api.Delete($"{path}-away?force=1");
        return back;
    }

    /// <summary>The answer's head: the rest of it is as long as the container's files.</summary>
    private static async Task<ApiClient.Answer> Begin(ApiClient api, HttpMethod method, string path)
    {
        using HttpRequestMessage request = new(method, path);
        using HttpResponseMessage response = await api.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new ApiClient.Answer(response.StatusCode, (int)response.StatusCode < 500 ? "" : await response.Content.ReadAsStringAsync());
    }
}
