using System.Diagnostics;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Recovery;

/// <summary>
/// The daemon is killed at a moment chosen by chance within one change of the networks; after its next start the engine's words and the
/// kernel are one, and what was answered holds. GANTRY_KILLS=400 GANTRY_SEED=7 repeat what a release has to pass.
/// </summary>
public sealed class NetworkKilledTests
{
    private static readonly int Kills = Variables.Number("GANTRY_KILLS", 12), Seed = Variables.Number("GANTRY_SEED", Environment.ProcessId);

    [Theory, EngineDaemon(OursOnly = true)]
    public async Task WithinAChangeOfTheNetworksTheyAreWholeAfterTheNextStart(string name)
    {
        await using Engine engine = await Engine.WithItsOwnDaemon(name);
        TestDaemon daemon = engine.Daemon;
        Random chance = new(Seed);
        List<string> containers = [];
        await Must(engine.Api.Post("/networks/create", """{"Name":"inner","Internal":true}"""), "create inner");
        foreach (string network in new[] { "one", "two" })
            await Must(engine.Api.Post("/networks/create", $$"""{"Name":"{{network}}"}"""), $"create {network}");
        for (int round = 0; round < Kills; round++)
        {
            while (containers.Count < 3) containers.Add(await RunContainer(engine, containers.Count == 0 ? "inner" : "bridge"));
            Change change = Change.Any(chance, containers);
            Task<bool> answered = change.Send(engine);
            await Pause(TimeSpan.FromMicroseconds(chance.Next(change.Microseconds)));
            await daemon.Kill();
            bool done = await answered;
            await daemon.Start();
            if (change.Removes is { } removed
                && (await engine.Api.Get($"/containers/{removed}/json")).Status != System.Net.HttpStatusCode.OK) containers.Remove(removed);
            IReadOnlyList<string> faults = await NetworkState.Faults(engine);
            Assert.True(faults.Count == 0,
                $"seed {Seed}, round {round}, killed within {change.Path} "
                    + $"({(done ? "answered" : "not answered")}):\n{string.Join('\n', faults)}\n{daemon.Log}");
            if (done) Assert.True(await change.Holds(engine), $"seed {Seed}, round {round}: {change.Path} was answered and does not hold");
        }
    }

    /// <summary>A change that holds does so in the files too, once they can be written; one that was refused leaves no trace.</summary>
    [Theory, EngineDaemon(OursOnly = true)]
    public async Task FilesThatCouldNotBeWrittenFollowTheRecord(string name)
    {
        await using Engine engine = await Engine.WithItsOwnDaemon(name);
        TestDaemon daemon = engine.Daemon;
        foreach (string network in (string[])["one", "two"])
            await Must(engine.Api.Post("/networks/create", $$"""{"Name":"{{network}}"}"""), $"create {network}");
        string container = await RunContainer(engine, "bridge"), body = $$"""{"Container":"{{container}}"}""";
        string hosts = (await engine.Api.Get($"/containers/{container}/json")).Json["HostsPath"]!.GetValue<string>();
        await Must(engine.Api.Post("/networks/one/connect", body), "connect");
        (await Command.Run("chattr", "+i", hosts)).Succeeded();
        try
        {
            await Must(engine.Api.Post("/networks/one/disconnect", body), "disconnect");
            Assert.Equal(500, (int)(await engine.Api.Post("/networks/two/connect", body)).Status);
            Assert.NotEmpty(await NetworkState.Faults(engine));
            await daemon.Kill();
        }
        finally
        {
            (await Command.Run("chattr", "-i", hosts)).Succeeded();
        }
        await daemon.Start();
        Assert.Equal([], await NetworkState.Faults(engine));
        Assert.Equal(["bridge"],
            (await engine.Api.Get($"/containers/{container}/json")).Json["NetworkSettings"]!["Networks"]!.AsObject().Select(one =>
            one.Key));
    }

    private sealed record Change(HttpMethod Method, string Path, string? Body, Func<Engine, Task<bool>> Holds, int Microseconds = 12_000,
        string? Removes = null)
    {
        public static Change Any(Random chance, List<string> containers)
        {
            string container = containers[chance.Next(containers.Count)], network = new[] { "one", "two", "inner" }[chance.Next(3)],
                made = $"n{chance.Next(4)}";
            string body = $$"""{"Container":"{{container}}"}""";
            return chance.Next(10) switch
            {
                < 4 => new(HttpMethod.Post, $"/networks/{network}/connect", body, engine => IsIn(engine, container, network, true)),
                < 7 => new(HttpMethod.Post, $"/networks/{network}/disconnect", body, engine => IsIn(engine, container, network, false)),
                7 => new(HttpMethod.Post, "/networks/create", $$"""{"Name":"{{made}}"}""",
                    engine => Exists(engine, $"/networks/{made}", true)),
                8 => new(HttpMethod.Delete, $"/networks/{made}", null, engine => Exists(engine, $"/networks/{made}", false)),
                _ => new(HttpMethod.Delete, $"/containers/{container}?force=1", null,
                    engine => Exists(engine, $"/containers/{container}/json", false), 60_000, container),
            };
        }

        /// <returns>Whether it was answered that all went well.</returns>
        public async Task<bool> Send(Engine engine)
        {
            try
            {
                ApiClient.Answer answer = await engine.Api.Send(Method, Path,
                    Body is null ? null : new StringContent(Body, System.Text.Encoding.UTF8, "application/json"));
                return (int)answer.Status < 300;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }

        private static async Task<bool> IsIn(Engine engine, string container, string network, bool expected) =>
            (await engine.Api.Get($"/containers/{container}/json")).Json["NetworkSettings"]!["Networks"]!.AsObject()
                .ContainsKey(network) == expected;

        private static async Task<bool> Exists(Engine engine, string path, bool expected) =>
            ((await engine.Api.Get(path)).Status == System.Net.HttpStatusCode.OK) == expected;
    }

    /// <summary>With a port, which is published only where a network leads out.</summary>
    private static async Task<string> RunContainer(Engine engine, string network)
    {
        string container = engine.NewName("k");
        string body =
            $$"""{"Image":"busybox","Cmd":["sleep","1000"],"HostConfig":{"PortBindings":{"80/tcp":[{}]},"NetworkMode":"{{network}}" } }""";
        await Must(engine.Api.Post($"/containers/create?name={container}", body), $"create {container}");
        await Must(engine.Api.Post($"/containers/{container}/start"), $"start {container}");
        return container;
    }

    private static async Task Must(Task<ApiClient.Answer> answer, string what) =>
        Assert.True((int)(await answer).Status < 300, $"{what}: {(await answer).Body}");

    /// <summary>Shorter than a timer can.</summary>
    private static Task Pause(TimeSpan time) => Task.Run(() =>
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time) Thread.SpinWait(20);
    });
}
