using System.Net;
using System.Text.Json.Nodes;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Containers;

public sealed class ConcurrencyTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EveryEngine]
    public async Task ManyAtOnceEachWithItsOwnAddress(string name)
    {
        await using Engine engine = await Use(name);
        string[] containers = [.. Enumerable.Range(0, 20).Select(_ => engine.NewName("many"))];
        Command.Result[] results =
            await Task.WhenAll(containers.Select(c => engine.Run("run", "-d", "--name", c, "busybox", "sleep", "1000")));
        Assert.All(results, result => Assert.True(result.Code == 0, result.All));
        string[] addresses = (await engine.Ok(["inspect", "-f", "{{.NetworkSettings.IPAddress}}", .. containers])).Split('\n');
        Assert.Equal(20, addresses.Distinct().Count());
        await engine.Ok(["rm", "-f", .. containers]);
    }

    [Theory, EveryEngine]
    public async Task OneStuckContainerBlocksNobody(string name)
    {
        await using Engine engine = await Use(name);
        string stubborn = engine.NewName("stubborn");
        await engine.Ok("run", "-d", "--name", stubborn, "busybox", "sleep", "1000");
        // The first process of a container does not hear a SIGTERM that it does not handle.
        await using RunningProcess stop = engine.Start("stop", "-t", "1000", stubborn);
        string[] ofKills = ["--filter", $"container={stubborn}", "--filter", "event=kill"];
        await using RunningProcess events = engine.Start(["events", "--since", "0", .. ofKills]);
        await events.Shows("kill");
        Assert.Contains(stubborn, await engine.Ok("ps"));
        Assert.Equal("quick", await engine.Ok("run", "--rm", "busybox", "echo", "quick"));
        Assert.False(stop.HasExited, "listing and running waited for the stop");
        await engine.Ok("kill", stubborn);
        Assert.Equal(0, await stop.Ends());
    }

    [Theory, EveryEngine]
    public async Task OnlyOneGetsTheName(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName("contested");
        Command.Result[] results =
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => engine.Run("create", "--name", container, "busybox", "true")));
        Assert.Equal(1, results.Count(r => r.Code == 0));
        Assert.All(results.Where(r => r.Code != 0), r => Assert.Contains("is already in use by container", r.Error));
    }

    /// <summary>A thousand lists and a thousand inspects, while what they read is connected, renamed, started and ended.</summary>
    [Theory, EveryEngine]
    public async Task WhoReadsNeverMeetsHalfAChange(string name)
    {
        await using Engine engine = await Use(name);
        string network = engine.NewName("further");
        await engine.Ok("network", "create", network);
        string[] ids = await Task.WhenAll(Enumerable.Range(0, 4)
            .Select(_ => engine.Ok("run", "-d", "--name", engine.NewName("read"), "busybox", "sleep", "1000")));
        try
        {
            using CancellationTokenSource over = new();
            Task<int>[] changing = [.. ids.Select(id => ChangeAsync(engine, id, network, over.Token))];
            await Task.WhenAll(ids.Select(id => ReadAsync(engine, id, times: 250, whole: name != "dockerd")));
            await over.CancelAsync();
            Assert.All(await Task.WhenAll(changing), rounds => Assert.InRange(rounds, 1, int.MaxValue));
        }
        finally
        {
            await engine.Ok(["rm", "-f", .. ids]);
            Command.Result removed = await engine.Run("network", "rm", network);
            // dockerd now and then keeps an endpoint of a container that is gone.
            if (name != "dockerd") removed.Succeeded();
        }
    }

    /// <returns>How many rounds it took.</returns>
    private static async Task<int> ChangeAsync(Engine engine, string id, string network, CancellationToken over)
    {
        int rounds = 0;
        for (; rounds == 0 || !over.IsCancellationRequested; rounds++)
        {
            string body = $$"""{"Container":"{{id}}"}""";
            (string Path, string? Body)[] changes =
            [
                ($"networks/{network}/connect", body), ($"containers/{id}/rename?name={engine.NewName("renamed")}", null),
                ($"networks/{network}/disconnect", body), ($"containers/{id}/kill", null), ($"networks/{network}/connect", body),
                ($"containers/{id}/start", null), ($"networks/{network}/disconnect", body),
            ];
            foreach ((string path, string? change) in changes)
            {
                ApiClient.Answer answer = await engine.Api.Post($"/v1.41/{path}", change);
                Assert.True(answer.Status < HttpStatusCode.BadRequest, $"{path}: {answer.Status} {answer.Body}");
            }
        }
        return rounds;
    }

    /// <param name="whole">What is shown of one container is of one moment.</param>
    private static async Task ReadAsync(Engine engine, string id, int times, bool whole)
    {
        for (int time = 0; time < times; time++)
        {
            ApiClient.Answer list = await engine.Api.Get("/v1.41/containers/json?all=1");
            Assert.True(list.Status == HttpStatusCode.OK, list.Body);
            ApiClient.Answer one = await engine.Api.Get($"/v1.41/containers/{id}/json");
            Assert.True(one.Status == HttpStatusCode.OK, one.Body);
            if (!whole || !one.Json["State"]!["Running"]!.GetValue<bool>()) continue;
            Assert.NotEqual(0, one.Json["State"]!["Pid"]!.GetValue<int>());
            foreach ((string network, JsonNode? endpoint) in one.Json["NetworkSettings"]!["Networks"]!.AsObject())
                Assert.True(endpoint!["IPAddress"]!.GetValue<string>().Length > 0, $"{network}: {one.Body}");
        }
    }
}
