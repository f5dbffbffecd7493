using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gantry.EndToEnd.Engines;

namespace Gantry.EndToEnd.Recovery.Storm;

/// <summary>One container, volume, network and image tag of its own, one operation after the other,
/// and what was answered for each.</summary>
public sealed class Slot(int number, Random random, ApiClient api, Action<string> fault)
{
    public const string None = "none", Created = "created", Running = "running", Paused = "paused", Exited = "exited";

    public int Number => number;
    public int Port => 20_000 + number;
    public string Volume => $"v{number}";
    public string Network => $"n{number}";
    public string Tag => $"storm{number}:latest";

    public string Id { get; private set; } = "";
    public bool AutoRemove { get; private set; }
    public bool Restarts { get; private set; }
    /// <summary>What was last asked, for the report.</summary>
    public string Last { get; private set; } = "";
    public Doubt<string> State { get; } = new(None);
    public Doubt<string> Name { get; } = new($"c{number}");
    public Doubt<string> File { get; } = new("");
    public Doubt<bool> HasVolume { get; } = new(false);
    public Doubt<bool> HasNetwork { get; } = new(false);
    public Doubt<bool> HasTag { get; } = new(false);
    /// <summary>Its supervisor was killed in this round: it may end at any moment, and what is asked of it meanwhile may fail.</summary>
    public bool SupervisorKilled { get; private set; }

    public async Task Work(CancellationToken round)
    {
        while (!round.IsCancellationRequested)
        {
            await Step();
            // Nothing is certain until somebody has looked.
            if (!State.IsCertain || !Name.IsCertain || !HasVolume.IsCertain || !HasNetwork.IsCertain || !HasTag.IsCertain
                || !File.IsCertain) return;
        }
    }

    /// <summary>The end of the supervisor is the end of the container.</summary>
    public void KilledSupervisor()
    {
        SupervisorKilled = true;
        State.Add(AutoRemove ? None : Exited);
        if (Restarts) State.Add(Running);
    }

    /// <summary>The next round begins with what there is.</summary>
    public void Know(JsonNode? container, string file, bool volume, bool network, bool tag)
    {
        SupervisorKilled = false;
        State.Set(container?["State"]?.GetValue<string>() ?? None);
        Id = container?["Id"]?.GetValue<string>() ?? "";
        if (container is not null) Name.Set(container["Names"]![0]!.GetValue<string>()[1..]);
        File.Set(file);
        HasVolume.Set(volume);
        HasNetwork.Set(network);
        HasTag.Set(tag);
    }

    private Task Step() => random.Next(10) switch
    {
        0 => ToggleVolume(),
        1 => ToggleNetwork(),
        2 when HasTag.Value => Change(HttpMethod.Delete, $"/images/{Tag}", HasTag, false),
        _ => State.Value switch
        {
            None => Create(),
            Running => WhileRunning(),
            Paused => Become("/unpause", Running),
            _ => AtRest(),
        },
    };

    private Task ToggleVolume() => HasVolume.Value
        ? State.Value == None ? Change(HttpMethod.Delete, $"/volumes/{Volume}", HasVolume, false) : Task.CompletedTask
        : Change(HttpMethod.Post, "/volumes/create", HasVolume, true, new JsonObject { ["Name"] = Volume });

    private Task ToggleNetwork() => HasNetwork.Value
        ? State.Value == None ? Change(HttpMethod.Delete, $"/networks/{Network}", HasNetwork, false) : Task.CompletedTask
        : Change(HttpMethod.Post, "/networks/create", HasNetwork, true, new JsonObject { ["Name"] = Network, ["CheckDuplicate"] = true });

    private async Task Create()
    {
        (AutoRemove, Restarts) = (random.Next(6) == 0, false);
        if (!AutoRemove) Restarts = random.Next(6) == 0;
        string name = random.Next(2) == 0 ? $"c{number}" : $"d{number}";
        JsonObject host = new()
        {
            ["NetworkMode"] = HasNetwork.Value && random.Next(2) == 0 ? Network : random.Next(8) == 0 ? "none" : "bridge",
            ["Binds"] = HasVolume.Value ? new JsonArray($"{Volume}:/data") : [],
            ["AutoRemove"] = AutoRemove,
            ["RestartPolicy"] = new JsonObject { ["Name"] = Restarts ? "unless-stopped" : "no" },
            ["Memory"] = 64 << 20,
        };
        if (host["NetworkMode"]!.GetValue<string>() != "none")
            host["PortBindings"] = new JsonObject { ["80/tcp"] = new JsonArray(new JsonObject { ["HostPort"] = $"{Port}" }) };
        JsonObject body = new()
        {
            ["Image"] = "busybox", ["Tty"] = random.Next(4) == 0, ["HostConfig"] = host,
            ["Cmd"] = new JsonArray("sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1000 & wait $!; done"),
        };
        Name.Set(name);
        File.Set("");
        if (await Change(HttpMethod.Post, $"/containers/create?name={name}", State, Created, body) is { } made)
            Id = made["Id"]!.GetValue<string>();
    }

    private Task AtRest() => random.Next(10) switch
    {
        0 => Remove(force: false),
        1 => Rename(),
        2 => CopyIn(),
        3 => Commit(),
        // After a first start an own removal would be at the end of it.
        _ => Become("/start", Running),
    };

    private Task WhileRunning() => random.Next(12) switch
    {
        0 => Become("/stop?t=0", AutoRemove ? None : Exited, Exited),
        1 => Become("/pause", Paused),
        // Killed between its two halves: a container of --rm has ended then, and is removed.
        2 => Become("/restart?t=0", Running, AutoRemove ? None : Exited, Exited),
        3 => Remove(force: true),
        4 => Rename(),
        5 => CopyIn(),
        6 => Commit(),
        7 => Send(HttpMethod.Post, $"/containers/{Id}/update",
            new JsonObject { ["Memory"] = (32 + random.Next(64)) << 20, ["MemorySwap"] = -1 }),
        8 when HasNetwork.Value => Connect(),
        _ => Exec(),
    };

    private Task Become(string operation, string state, params string[] between) =>
        Change(HttpMethod.Post, $"/containers/{Id}{operation}", State, state, between: between);

    private Task Remove(bool force) =>
        Change(HttpMethod.Delete, $"/containers/{Id}?v=1&force={force}", State, None, between: force ? [Exited] : []);

    private Task Rename()
    {
        string other = Name.Value[0] == 'c' ? $"d{number}" : $"c{number}";
        return Change(HttpMethod.Post, $"/containers/{Id}/rename?name={other}", Name, other);
    }

    private async Task CopyIn()
    {
        string content = $"{random.Next():x8}";
        await Change(HttpMethod.Put, $"/containers/{Id}/archive?path=/", File, content,
            new ByteArrayContent(StormArchive.Of("storm", content)));
    }

    private Task Commit() =>
        Change(HttpMethod.Post, $"/commit?container={Id}&repo=storm{number}&tag=latest", HasTag, true, new JsonObject());

    private async Task Connect()
    {
        // Whether it is connected already, or without any network for good, is not known here:
        // the checker compares what is said with what there is.
        JsonObject body = new() { ["Container"] = Id };
        await Send(HttpMethod.Post, $"/networks/{Network}/{(random.Next(2) == 0 ? "connect" : "disconnect")}", body,
            HttpStatusCode.BadRequest, HttpStatusCode.Forbidden, HttpStatusCode.NotFound, HttpStatusCode.Conflict);
    }

    private async Task Exec()
    {
        JsonNode? made =
            await Send(HttpMethod.Post, $"/containers/{Id}/exec", new JsonObject { ["Cmd"] = new JsonArray("sh", "-c", "sleep 0.1") });
        if (made?["Id"]?.GetValue<string>() is { } exec)
            await Send(HttpMethod.Post, $"/exec/{exec}/start", new JsonObject { ["Detach"] = true });
    }

    /// <summary>Asks for a change that must succeed. Without an answer both are possible afterwards, and what lies between.</summary>
    private async Task<JsonNode?> Change<T>(HttpMethod method, string path, Doubt<T> what, T after, object? body = null,
        params T[] between) where T : notnull
    {
        Last = $"{method} {path}";
        try
        {
            ApiClient.Answer answer = await api.Send(method, path, Content(body));
            if ((int)answer.Status is >= 200 and <= 304)
            {
                // A container whose supervisor was killed may be on its way to its end again.
                if (SupervisorKilled && what == (object)State) what.Add(after);
                else what.Set(after);
                return answer.Body.StartsWith('{') ? answer.Json : null;
            }
            if (!SupervisorKilled) fault($"slot {number}: {method} {path} {body}: {(int)answer.Status} {answer.Body}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The daemon was killed meanwhile.
        }
        what.Add([after, .. between]);
        return null;
    }

    private async Task<JsonNode?> Send(HttpMethod method, string path, object? body = null, params HttpStatusCode[] fine)
    {
        Last = $"{method} {path}";
        try
        {
            ApiClient.Answer answer = await api.Send(method, path, Content(body));
            if ((int)answer.Status is >= 200 and <= 304) return answer.Body.StartsWith('{') ? answer.Json : null;
            if (!SupervisorKilled && !fine.Contains(answer.Status))
                fault($"slot {number}: {method} {path} {body}: {(int)answer.Status} {answer.Body}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The daemon was killed meanwhile.
        }
        return null;
    }

    private static HttpContent? Content(object? body) => body switch
    {
        JsonNode json => new StringContent(json.ToJsonString(), Encoding.UTF8, "application/json"),
        HttpContent content => content,
        _ => null,
    };
}
