using System.Text.Json.Nodes;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Runtimes;

/// <summary>An OCI bundle with the base image as root, and a state directory for one runtime; both go with it.</summary>
public sealed class Bundle : IAsyncDisposable
{
    private static int count;
    private readonly List<string> ids = [];

    private Bundle(string runtime, string directory) => (Runtime, Directory) = (runtime, directory);

    public string Runtime { get; }
    public string Directory { get; }
    public string CgroupParent { get; } = $"/gantry-e2e-{Environment.ProcessId}-bundle-{Interlocked.Increment(ref count)}";
    public string State => $"{Directory}/state";

    public static async Task<Bundle> Make(string runtime, Action<JsonObject>? change = null, params string[] command)
    {
        Bundle bundle = new(runtime, System.IO.Directory.CreateTempSubdirectory("gantry-bundle").FullName);
        System.IO.Directory.CreateDirectory($"{bundle.Directory}/rootfs");
        (await Command.Run("tar", "-C", $"{bundle.Directory}/rootfs", "-xf", await BaseImage.Archive)).Succeeded();
        // The runtime's own idea of a configuration, so that spec is tried as well.
        Command.Result spec = await Command.Run(runtime, ["spec"], "", directory: bundle.Directory);
        spec.Succeeded();
        JsonObject config = JsonNode.Parse(await File.ReadAllTextAsync($"{bundle.Directory}/config.json"))!.AsObject();
        config["process"]!["terminal"] = false;
        config["process"]!["args"] = new JsonArray([.. command.Select(word => (JsonNode)word)]);
        config["process"]!.AsObject().Remove("rlimits");
        config["root"]!["readonly"] = false;
        config["linux"]!["cgroupsPath"] = $"{bundle.CgroupParent}/one";
        change?.Invoke(config);
        await File.WriteAllTextAsync($"{bundle.Directory}/config.json", config.ToJsonString());
        return bundle;
    }

    public string NewId()
    {
        string id = $"e2e-{Environment.ProcessId}-{Interlocked.Increment(ref count)}";
        ids.Add(id);
        return id;
    }

    /// <summary>The output goes to files: a pipe would stay open as long as the container that <c>create</c> leaves behind.</summary>
    public async Task<Command.Result> Run(params string[] arguments)
    {
        string output = Path.Combine(Directory, $"out-{Guid.NewGuid():N}");
        Command.Result result = await Command.Run("sh", ["-c", $"cd {Directory} && exec \"$@\" >{output} 2>{output}.err </dev/null", "sh", Runtime, "--root", State, .. arguments]);
        return new Command.Result(result.Code, await File.ReadAllTextAsync(output), await File.ReadAllTextAsync($"{output}.err"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string id in ids) await Run("delete", "--force", id);
        Daemons.ControlGroups.Remove(CgroupParent);
        await Command.Run("rm", "-rf", "--one-file-system", Directory);
    }
}
