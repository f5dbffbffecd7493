using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Commands;

public sealed class KillTests
{
    private const string Trapping = "trap 'echo TERM > /got; exit 0' TERM; trap 'echo USR1 > /got' USR1; trap 'echo HUP > /got' HUP; echo "
        + "ready > /ready; while :; do sleep 0.02; done";

    [Theory, EveryRuntime("SIGUSR1|USR1", "USR1|USR1", "10|USR1", "HUP|HUP", "|TERM", "TERM|TERM")]
    public async Task SignalsHaveNamesAndNumbers(string runtime, string @case)
    {
        string[] parts = @case.Split('|');
        await using Bundle bundle = new(runtime, Trapping);
        await bundle.Start();
        await bundle.Shows("/ready");
        (await bundle.Runtime(["kill", bundle.Id, .. parts[0].Length == 0 ? Array.Empty<string>() : [parts[0]]])).Succeeded();
        Assert.Equal(parts[1], await bundle.Shows("/got"));
    }

    [Theory, EveryRuntime]
    public async Task AnUnknownSignalIsRefused(string runtime)
    {
        await using Bundle bundle = new(runtime);
        await bundle.Start();
        Assert.Contains("SING", (await bundle.Runtime("kill", bundle.Id, "SING")).Failed());
        Assert.Equal("running", await bundle.Status());
    }

    [Theory, EveryRuntime]
    public async Task AStoppedOneTakesNone(string runtime)
    {
        await using Bundle bundle = new(runtime, "true");
        (await bundle.Run("--detach")).Succeeded();
        await bundle.Reaches("stopped");
        Assert.Contains("not running", (await bundle.Runtime("kill", bundle.Id, "TERM")).Failed());
    }

    [Theory, EveryRuntime]
    public async Task ACreatedOneIsEnded(string runtime)
    {
        await using Bundle bundle = new(runtime);
        await bundle.Create();
        (await bundle.Runtime("kill", bundle.Id, "KILL")).Succeeded();
        await bundle.Reaches("stopped");
    }

    [Theory, EveryRuntime]
    public async Task AllAreEndedWhenAsked(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "setsid sleep 1234 & echo $! > /child; exec sleep 100").Without("pid");
        await bundle.Start();
        int child = int.Parse(await bundle.Shows("/child"));
        (await bundle.Runtime("kill", "--all", bundle.Id, "KILL")).Succeeded();
        await bundle.Reaches("stopped");
        await Patience.Until(() => !File.Exists($"/proc/{child}/stat") || File.ReadAllText($"/proc/{child}/stat").Contains(" Z "),
            "the other process has ended");
    }

    [Theory, EveryRuntime]
    public async Task NoSignalAsksWhetherItIsThere(string runtime)
    {
        await using Bundle bundle = new(runtime);
        await bundle.Start();
        (await bundle.Runtime("kill", bundle.Id, "0")).Succeeded();
        Assert.Equal("running", await bundle.Status());
        (await bundle.Runtime("kill", bundle.Id, "KILL")).Succeeded();
        await bundle.Reaches("stopped");
        (await bundle.Runtime("kill", bundle.Id, "0")).Failed();
    }
}
