using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Containers;

/// <summary>A container ends when it likes. What is asked of it in that moment is answered as for a running one or for one that has ended,
/// and with nothing else.</summary>
public sealed class EndRaceTests(SharedDaemons daemons) : EngineTests(daemons)
{
    private const int Rounds = 12;

    [Theory, EngineDaemon(OursOnly = true)]
    public async Task EveryAnswerIsOneOfTheTwo(string name)
    {
        await using Engine engine = await Use(name);
        string network = engine.NewName("net"), image = engine.NewName("image");
        await engine.Ok("network", "create", network);
        string container = engine.NewName();
        await engine.Ok("create", "-t", "--name", container, "busybox", "usleep", "60000");
        string id = await engine.Inspect(container, "{{.Id}}");
        (string Path, string? Body, int[] Expected)[] requests =
        [
            ($"/containers/{container}/pause", null, [204, 409]),
            ($"/containers/{container}/unpause", null, [204, 409]),
            ($"/containers/{container}/resize?h=20&w=80", null, [200, 409]),
            ($"/containers/{container}/update", """{"PidsLimit":100}""", [200]),
            ($"/containers/{container}/kill?signal=WINCH", null, [204, 409]),
            ($"/commit?container={container}&repo={image}", null, [201]),
        ];
        List<string> wrong = [];
        for (int round = 0; round < Rounds; round++)
        {
            await engine.Ok("start", container);
            using CancellationTokenSource ended = new();
            Task[] askers = [.. requests.Select(request => Ask(request.Path, request.Body, request.Expected)), Connect()];
            await Eventually.True(async () =>
            {
                // Somebody paused it last: it has to go on to its end.
                await engine.Api.Post($"/containers/{container}/unpause");
                return await engine.Inspect(container, "{{.State.Status}}") == "exited";
            }, "it ends");
            await ended.CancelAsync();
            await Task.WhenAll(askers);
            string record = await File.ReadAllTextAsync($"{engine.Daemon.DataRoot}/containers/{id}/config.v2.json");
            Assert.DoesNotContain("\"PausedForCommit\":true", record);

            async Task Ask(string path, string? body, int[] expected)
            {
                while (!ended.IsCancellationRequested)
                {
                    ApiClient.Answer answer = await engine.Api.Post(path, body);
                    if (!expected.Contains((int)answer.Status)) lock (wrong) wrong.Add($"{path}: {(int)answer.Status} {answer.Body}");
                }
            }

            async Task Connect()
            {
                string body = $$"""{"Container":"{{container}}"}""";
                while (!ended.IsCancellationRequested)
                {
                    foreach (string path in (string[])[$"/networks/{network}/connect", $"/networks/{network}/disconnect"])
                    {
                        ApiClient.Answer answer = await engine.Api.Post(path, body);
                        if ((int)answer.Status != 200) lock (wrong) wrong.Add($"{path}: {(int)answer.Status} {answer.Body}");
                    }
                }
            }
        }
        Assert.Empty(wrong);
        await engine.Ok("rm", "-f", container);
        await engine.Ok("network", "rm", network);
        await engine.Ok("rmi", "-f", image);
    }
}
