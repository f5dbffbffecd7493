using Gantry.Conformance.Bundles;
using Gantry.Conformance.Runtimes;

using System.Text.Json.Nodes;

namespace Gantry.Conformance.Commands;

public sealed class EventsTests
{
    [Theory, EveryRuntime]
    public async Task StatisticsAreOneObject(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime).Set("linux.resources.pids", """{"limit":50}""")
            .Set("linux.resources.memory", """{"limit":67108864}""");
        await bundle.Start();
        JsonNode events = JsonNode.Parse((await bundle.Runtime("events", "--stats", bundle.Id)).Succeeded())!;
        Assert.Equal(("stats", bundle.Id), (events["type"]!.GetValue<string>(), events["id"]!.GetValue<string>()));
        JsonNode data = events["data"]!;
        Assert.True(data["cpu"]!["usage"]!["total"]!.GetValue<long>() > 0);
        Assert.Equal(67108864, data["memory"]!["usage"]!["limit"]!.GetValue<long>());
        Assert.InRange(data["memory"]!["usage"]!["usage"]!.GetValue<long>(), 1, 67108864);
        Assert.Equal(1, data["pids"]!["current"]!.GetValue<long>());
        Assert.Equal(50, data["pids"]!["limit"]!.GetValue<long>());
    }

    [Theory, EveryRuntime]
    public async Task AStoppedOneHasNone(string runtime)
    {
        await using Bundle bundle = new(runtime, "true");
        (await bundle.Run("--detach")).Succeeded();
        await bundle.Reaches("stopped");
        (await bundle.Runtime("events", "--stats", bundle.Id)).Failed();
    }
}
