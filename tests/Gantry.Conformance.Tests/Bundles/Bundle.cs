using System.Text.Json.Nodes;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Bundles;

/// <summary>One container of one runtime: a bundle, a state directory, an id and a cgroup of its own.
/// Disposing it checks that the runtime left nothing.</summary>
public sealed class Bundle : IAsyncDisposable
{
    private static int _count;
    private readonly string _runtime;
    private bool _written;

    /// <param name="script">For the shell inside.</param>
    public Bundle(string runtime, string script = "sleep 100")
    {
        _runtime = ContainerRuntime.PathOf(runtime);
        // Not CreateTempSubdirectory: a root in a user namespace must be able to go through it.
        Id = $"conformance-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), Id);
        State = $"{Path}/state";
        Directory.CreateDirectory(Path);
        Rootfs.CopyTo(Root).GetAwaiter().GetResult();
        Config = JsonNode.Parse(BaseConfig.Text)!.AsObject();
        Args("sh", "-c", script);
        Set("linux.cgroupsPath", $"\"{CgroupParent}/one\"");
    }

    public string Id { get; }
    public string Path { get; }
    public string Root => $"{Path}/rootfs";
    public string State { get; init; }
    public string CgroupParent => $"/gantry-{Id}";
    public JsonObject Config { get; }

    /// <summary>Global options beside <c>--root</c>.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>The program that runs the runtime, with what comes before the runtime's name.</summary>
    public IReadOnlyList<string> Launcher { get; init; } = [];

    /// <summary>Runs before the runtime, in a mount namespace made for both: for tests that need mounts on the host's side.</summary>
    public string? Prelude { get; set; }

    public Bundle Args(params string[] args) => Set("process.args", new JsonArray([.. args.Select(a => (JsonNode)a)]));

    /// <param name="path">Names with dots between; objects on the way are made.</param>
    public Bundle Set(string path, string json) => Set(path, JsonNode.Parse(json));

    public Bundle Set(string path, JsonNode? value)
    {
        (JsonObject parent, string name) = Find(path);
        parent[name] = value;
        return this;
    }

    /// <summary>Appends to an array, which is made where it is not.</summary>
    public Bundle Add(string path, string json)
    {
        (JsonObject parent, string name) = Find(path);
        if (parent[name] is null) parent[name] = new JsonArray();
        parent[name]!.AsArray().Add(JsonNode.Parse(json));
        return this;
    }

    public Bundle Namespace(string type, string? path = null)
    {
        Without(type);
        return Add("linux.namespaces", path is null ? $$"""{"type":"{{type}}"}""" : $$"""{"type":"{{type}}","path":"{{path}}"}""");
    }

    public Bundle Without(string type)
    {
        _written = false;
        JsonArray list = Config["linux"]!["namespaces"]!.AsArray();
        foreach (JsonNode? entry in list.Where(n => n!["type"]!.GetValue<string>() == type).ToList()) list.Remove(entry);
        return this;
    }

    public Bundle Mount(string destination, string type, string source, params string[] options) =>
        Add("mounts",
            new JsonObject { ["destination"] = destination, ["type"] = type, ["source"] = source,
                ["options"] = new JsonArray([.. options.Select(o => (JsonNode)o)]) }.ToJsonString());

    private (JsonObject Parent, string Name) Find(string path)
    {
        _written = false;
        string[] names = path.Split('.');
        JsonObject parent = Config;
        foreach (string name in names[..^1])
        {
            if (parent[name] is null) parent[name] = new JsonObject();
            parent = parent[name]!.AsObject();
        }
        return (parent, names[^1]);
    }

    /// <summary>Any command of the runtime, with this bundle's state directory.</summary>
    public Task<Command.Result> Runtime(params string[] arguments) => RuntimeWithInput("", arguments);

    public async Task<Command.Result> RuntimeWithInput(string input, params string[] arguments)
    {
        await Write();
        return await Command.Run(Path, [.. Launcher, _runtime, "--root", State, .. Options, .. arguments], input, Prelude);
    }

    public Task<Command.Result> Run(params string[] options) => Runtime(["run", "--bundle", Path, .. options, Id]);

    /// <summary>Runs it with a pipe as its output.</summary>
    public async Task<Command.Result> RunIntoPipe()
    {
        await Write();
        return await Command.Run(Path,
            ["sh", "-c", "{ \"$@\" 2>&1; echo code $?; } | cat", "sh", _runtime, "--root", State, "run", "--bundle", Path, Id]);
    }

    /// <returns>What the command inside prints, without the last newline.</returns>
    public async Task<string> Output() => (await Run()).Succeeded();

    /// <summary>Expects that the container cannot be made.</summary>
    /// <returns>What the runtime says.</returns>
    public async Task<string> Refused()
    {
        Command.Result result = await Run();
        string said = result.Failed();
        Assert.NotEqual("", said);
        Assert.True((await Runtime("state", Id)).Code != 0, "it is there although it was refused");
        return said;
    }

    /// <summary>Runs it in the background.</summary>
    /// <returns>Its first process, as the host numbers it.</returns>
    public async Task<int> Start()
    {
        (await Run("--detach")).Succeeded();
        return (await Inspect())["pid"]!.GetValue<int>();
    }

    public async Task Create() => (await Runtime("create", "--bundle", Path, Id)).Succeeded();

    public Task<Command.Result> Exec(params string[] command) => Runtime(["exec", Id, .. command]);

    public async Task<JsonObject> Inspect() => JsonNode.Parse((await Runtime("state", Id)).Succeeded())!.AsObject();

    public async Task<string> Status()
    {
        Command.Result state = await Runtime("state", Id);
        return state.Code == 0 ? JsonNode.Parse(state.Output)!["status"]!.GetValue<string>() : "gone";
    }

    public Task Reaches(string status) => Patience.Until(async () => await Status() == status, $"it is {status}");

    /// <summary>Waits for a file that the command inside writes.</summary>
    /// <returns>The file's text without the last newline.</returns>
    public async Task<string> Shows(string file)
    {
        string text = "";
        await Patience.Until(async () => File.Exists(Root + file) && (text = await File.ReadAllTextAsync(Root + file)).EndsWith('\n'),
            $"{file} is written");
        return text.TrimEnd('\n');
    }

    /// <summary>A value of the container's group, in whichever version the host has.</summary>
    public string Limit(string controller, string versionOne, string versionTwo) =>
        File.ReadAllText(
            $"{ControlGroups.Directory(controller, $"{CgroupParent}/one")}/{(ControlGroups.Unified ? versionTwo : versionOne)}").Trim();

    private async Task Write()
    {
        if (_written) return;
        _written = true;
        await File.WriteAllTextAsync($"{Path}/config.json", Config.ToJsonString());
    }

    public async ValueTask DisposeAsync()
    {
        string said = Directory.Exists($"{State}/{Id}") ? (await Runtime("delete", "--force", Id)).All : "";
        string[] left = [.. Leftovers()];
        ControlGroups.Remove(CgroupParent);
        Directory.Delete(Path, recursive: true);
        Assert.True(left.Length == 0, $"left behind: {string.Join(", ", left)} {said}");
    }

    private IEnumerable<string> Leftovers()
    {
        if (Directory.Exists($"{State}/{Id}")) yield return $"{State}/{Id}";
        foreach (string directory in ControlGroups.Find(CgroupParent))
            if (!directory.EndsWith(CgroupParent, StringComparison.Ordinal)) yield return directory;
        foreach (string line in File.ReadLines("/proc/self/mountinfo"))
            if (line.Contains(Path, StringComparison.Ordinal)) yield return line;
    }
}
