using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

using System.Text.Json.Nodes;

namespace Gantry.Conformance.Commands;

public sealed class LifecycleTests
{
    private const string UntilTerminated = "echo started >> /started; trap 'exit 0' TERM; while :; do sleep 0.05; done";

    [Theory, EveryRuntime]
    public async Task EachStateFollowsTheOther(string runtime)
    {
        await using Bundle bundle = new(runtime, $"[ -e /allowed ] || echo early > /started; {UntilTerminated}");
        await bundle.Create();
        Assert.Equal("created", await bundle.Status());
        // Until then the process is the runtime's own, and whatever it runs too early says so.
        Assert.DoesNotContain("/allowed", File.ReadAllText($"/proc/{(await bundle.Inspect())["pid"]}/cmdline"));
        File.WriteAllText($"{bundle.Root}/allowed", "");
        (await bundle.Runtime("start", bundle.Id)).Succeeded();
        Assert.Equal("running", await bundle.Status());
        Assert.Equal("started", await bundle.Shows("/started"));
        (await bundle.Runtime("kill", bundle.Id, "TERM")).Succeeded();
        await bundle.Reaches("stopped");
        (await bundle.Runtime("delete", bundle.Id)).Succeeded();
        Assert.Equal("gone", await bundle.Status());
    }

    [Theory, EveryRuntime]
    public async Task TheStateTellsWhatItIs(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime).Set("annotations", """{"org.example.one":"1","org.example.two":"zwei"}""");
        int pid = await bundle.Start();
        JsonObject state = await bundle.Inspect();
        Assert.Equal((bundle.Id, "running", bundle.Path),
            (state["id"]!.GetValue<string>(), state["status"]!.GetValue<string>(), state["bundle"]!.GetValue<string>()));
        Assert.Contains("sleep", File.ReadAllText($"/proc/{pid}/cmdline"));
        Assert.Equal("1 zwei", $"{state["annotations"]!["org.example.one"]} {state["annotations"]!["org.example.two"]}");
        Assert.StartsWith("1.", state["ociVersion"]!.GetValue<string>());
        Assert.EndsWith("/rootfs", state["rootfs"]!.GetValue<string>());
        Assert.True(
            DateTimeOffset.UtcNow - DateTimeOffset.Parse(state["created"]!.GetValue<string>()) < Patience.Of(TimeSpan.FromMinutes(1)));
    }

    [Theory, EveryRuntime]
    public async Task AStoppedOneHasNoProcess(string runtime)
    {
        await using Bundle bundle = new(runtime, "true");
        (await bundle.Run("--detach")).Succeeded();
        await bundle.Reaches("stopped");
        Assert.Equal(0, (await bundle.Inspect())["pid"]!.GetValue<int>());
    }

    [Theory, EveryRuntime]
    public async Task ThePidFileNamesTheFirstProcess(string runtime)
    {
        await using Bundle bundle = new(runtime);
        (await bundle.Run("--detach", "--pid-file", $"{bundle.Path}/pid")).Succeeded();
        Assert.Equal((await bundle.Inspect())["pid"]!.GetValue<int>().ToString(), File.ReadAllText($"{bundle.Path}/pid"));
    }

    [Theory, EveryRuntime]
    public async Task TheSameNameTwiceIsRefusedAndHarmsNobody(string runtime)
    {
        await using Bundle bundle = new(runtime);
        await bundle.Start();
        Assert.Contains("exist", (await bundle.Run()).Failed());
        Assert.Equal("running", await bundle.Status());
    }

    [Theory, EveryRuntime("../x", "a/b", ".", "..")]
    public async Task ANameIsNotAPath(string runtime, string name)
    {
        await using Bundle bundle = new(runtime, "true");
        (await bundle.Runtime("run", "--bundle", bundle.Path, name)).Failed();
    }

    [Theory, EveryRuntime("run", "create", "start", "state", "kill", "delete", "exec", "pause", "resume", "ps", "update")]
    public async Task ACommandWithoutAContainerFails(string runtime, string command)
    {
        await using Bundle bundle = new(runtime);
        Directory.CreateDirectory($"{bundle.Path}/empty");
        string[] arguments = command switch { "run" or "create" => [command, "--bundle", $"{bundle.Path}/empty", "no-such"],
            "exec" => [command, "no-such", "true"], _ => [command, "no-such"] };
        Assert.NotEqual("", (await bundle.Runtime(arguments)).Failed());
    }

    [Theory, EveryRuntime]
    public async Task OnlyACreatedOneIsStarted(string runtime)
    {
        await using Bundle bundle = new(runtime);
        await bundle.Start();
        (await bundle.Runtime("start", bundle.Id)).Failed();
        Assert.Equal("running", await bundle.Status());
    }

    [Theory, EveryRuntime]
    public async Task ARunningOneIsDeletedByForceAlone(string runtime)
    {
        await using Bundle bundle = new(runtime);
        await bundle.Start();
        (await bundle.Runtime("delete", bundle.Id)).Failed();
        Assert.Equal("running", await bundle.Status());
        (await bundle.Runtime("delete", "--force", bundle.Id)).Succeeded();
        Assert.Equal("gone", await bundle.Status());
    }

    [Theory, EveryRuntime]
    public async Task ACreatedOneIsDeletedByForce(string runtime)
    {
        await using Bundle bundle = new(runtime);
        await bundle.Create();
        (await bundle.Runtime("delete", "--force", bundle.Id)).Succeeded();
        Assert.Equal("gone", await bundle.Status());
    }

    [Theory, EveryRuntime]
    public async Task ForceForgivesOneThatIsNotThere(string runtime)
    {
        await using Bundle bundle = new(runtime);
        (await bundle.Runtime("delete", "--force", "no-such")).Succeeded();
    }

    [Theory, EveryRuntime("0", "3", "255")]
    public async Task TheExitCodeIsTheCommands(string runtime, string code)
    {
        await using Bundle bundle = new(runtime, $"exit {code}");
        Assert.Equal(int.Parse(code), (await bundle.Run()).Code);
    }

    [Theory, EveryRuntime]
    public async Task ASignalIsHundredAndTwentyEightMore(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "sh -c 'kill -9 $$'; exit $?");
        Assert.Equal(137, (await bundle.Run()).Code);
        await using Bundle first = new(runtime, "sleep 100");
        await first.Create();
        (await first.Runtime("start", first.Id)).Succeeded();
        (await first.Runtime("kill", first.Id, "KILL")).Succeeded();
        await first.Reaches("stopped");
    }

    [Theory, EveryRuntime]
    public async Task BothStreamsAreKeptApart(string runtime)
    {
        await using Bundle bundle = new(runtime, "echo out; echo err >&2");
        Command.Result result = await bundle.Run();
        Assert.Equal((0, "out\n", "err\n"), (result.Code, result.Output, result.Error));
    }
}
