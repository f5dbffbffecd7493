using System.Text.Json.Nodes;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Runtimes;

/// <summary>gantry-runtime stands alone: runc's command line and the runtime-spec's states. Other people's engines on top of it are in the tests named after them.</summary>
public sealed class RuntimeTests
{
    [Theory, EveryRuntime]
    public async Task RunGivesOutputAndExitCode(string name)
    {
        await using Bundle bundle = await Bundle.Make(EveryRuntimeAttribute.PathOf(name), null, "sh", "-c", "echo out; echo err >&2; hostname; exit 9");
        Command.Result result = await bundle.Run("run", bundle.NewId());
        Assert.Equal(9, result.Code);
        Assert.StartsWith("out\n", result.Output);
        Assert.Equal("err\n", result.Error);
        Assert.Empty(ControlGroups.Below(bundle.CgroupParent));
        Assert.Equal("", (await bundle.Run("list", "-q")).Succeeded());
    }

    [Theory, EveryRuntime]
    public async Task ALifeStepByStep(string name)
    {
        await using Bundle bundle = await Bundle.Make(EveryRuntimeAttribute.PathOf(name), null, "sh", "-c", "echo started > /started; trap 'exit 0' TERM; while :; do sleep 0.1; done");
        string id = bundle.NewId(), pidFile = $"{bundle.Directory}/pid", started = $"{bundle.Directory}/rootfs/started";
        (await bundle.Run("create", "--bundle", bundle.Directory, "--pid-file", pidFile, id)).Succeeded();
        JsonNode state = JsonNode.Parse((await bundle.Run("state", id)).Succeeded())!;
        int process = int.Parse(await File.ReadAllTextAsync(pidFile));
        Assert.Equal(("created", process, bundle.Directory, id), (state["status"]!.GetValue<string>(), state["pid"]!.GetValue<int>(), state["bundle"]!.GetValue<string>(), state["id"]!.GetValue<string>()));
        await Task.Delay(200);
        Assert.False(File.Exists(started), "the command ran before start");
        Command.Result twice = await bundle.Run("create", id);
        Assert.NotEqual(0, twice.Code);

        (await bundle.Run("start", id)).Succeeded();
        await Eventually.True(() => File.Exists(started), "the command runs");
        Assert.NotEqual(0, (await bundle.Run("start", id)).Code);
        Assert.Equal("running", Status(await bundle.Run("state", id)));
        Assert.Contains(id, (await bundle.Run("list")).Succeeded());
        Assert.Contains($"{process}", (await bundle.Run("ps", id)).Succeeded());
        Assert.Equal("inside", (await bundle.Run("exec", id, "echo", "inside")).Succeeded());
        Assert.Equal(4, (await bundle.Run("exec", id, "sh", "-c", "exit 4")).Code);
        Assert.NotEqual(0, (await bundle.Run("delete", id)).Code);
        (await bundle.Run("pause", id)).Succeeded();
        Assert.Equal("paused", Status(await bundle.Run("state", id)));
        (await bundle.Run("resume", id)).Succeeded();

        (await bundle.Run("kill", id, "TERM")).Succeeded();
        await Eventually.True(async () => Status(await bundle.Run("state", id)) == "stopped", "it stops");
        (await bundle.Run("delete", id)).Succeeded();
        Assert.NotEqual(0, (await bundle.Run("state", id)).Code);
        Assert.Empty(ControlGroups.Below(bundle.CgroupParent));
    }

    [Theory, EveryRuntime]
    public async Task AMissingCommandFailsCreateAndLeavesNothing(string name)
    {
        await using Bundle bundle = await Bundle.Make(EveryRuntimeAttribute.PathOf(name), null, "no-such-command");
        string id = bundle.NewId();
        Command.Result result = await bundle.Run("run", id);
        Assert.NotEqual(0, result.Code);
        Assert.Contains("exec: \"no-such-command\": executable file not found in $PATH", result.Error.Replace("\\\"", "\""));
        Assert.Equal("", (await bundle.Run("list", "-q")).Succeeded());
        Assert.Empty(ControlGroups.Below(bundle.CgroupParent));
    }

    [Theory, EveryRuntime]
    public async Task BadConfigurationsAreRefusedWithAWord(string name)
    {
        foreach ((string what, Action<JsonObject> change) in new (string, Action<JsonObject>)[]
        {
            ("rootfs", c => c["root"]!["path"] = "no-such-directory"),
            ("mount", c => c["mounts"]!.AsArray().Add(JsonNode.Parse("""{"destination":"/x","type":"bind","source":"/no/such/source","options":["bind"]}"""))),
            ("capability", c => c["process"]!["args"] = new JsonArray()),
            ("cwd", c => c["process"]!["cwd"] = "relative"),
        })
        {
            await using Bundle bundle = await Bundle.Make(EveryRuntimeAttribute.PathOf(name), change, "true");
            Command.Result result = await bundle.Run("run", bundle.NewId());
            Assert.True(result.Code != 0, what);
            Assert.NotEqual("", result.Error);
            Assert.Empty(ControlGroups.Below(bundle.CgroupParent));
        }
    }

    [Theory, EveryRuntime]
    public async Task TheProgramCannotBeOverwrittenFromInside(string name)
    {
        // CVE-2019-5736: what PID 1 was before exec must not be writable through /proc.
        string path = EveryRuntimeAttribute.PathOf(name);
        await using Bundle bundle = await Bundle.Make(path, null, "/proc/self/exe", "--version");
        byte[] before = await File.ReadAllBytesAsync(path);
        await bundle.Run("run", bundle.NewId());
        await using Bundle writer = await Bundle.Make(path, null, "sh", "-c", "for p in 1 self; do echo x > /proc/$p/exe; done 2>/dev/null; true");
        await writer.Run("run", writer.NewId());
        Assert.Equal(before, await File.ReadAllBytesAsync(path));
    }

    private static string Status(Command.Result state) => state.Code == 0 ? JsonNode.Parse(state.Output)!["status"]!.GetValue<string>() : "gone";
}
