using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Fuzzing;

/// <summary>Requests by chance, made from what the API's description says can be asked.</summary>
/// <remarks>GANTRY_API_REQUESTS=100000 makes as many, GANTRY_FUZZ_SEED repeats what has failed.</remarks>
public sealed class ApiFuzzTests(ITestOutputHelper output)
{
    private const int Workers = 4, CleanEvery = 400;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), PatienceWithStreams = TimeSpan.FromMilliseconds(150);

    private readonly ConcurrentDictionary<string, string> _failures = new();
    private readonly ConcurrentDictionary<string, int> _answers = new();
    private readonly ConcurrentQueue<string> _execs = new();
    private int _left;

    [Fact]
    public async Task NothingIsAServerErrorHangsOrReachesOthers()
    {
        int requests = Variables.Number("GANTRY_API_REQUESTS", 3000), seed = Variables.Number("GANTRY_FUZZ_SEED", Random.Shared.Next());
        output.WriteLine($"GANTRY_FUZZ_SEED={seed}");
        _left = requests;
        await using Engine engine = await Engine.WithItsOwnDaemon("gantry");
        TestDaemon daemon = engine.Daemon;
        await Witness.Make(engine);
        string before = await Witness.Describe(engine);
        await Clean(daemon, engine);
        IReadOnlyList<string> descriptors = daemon.Descriptors;

        Task[] workers = [.. Enumerable.Range(0, Workers).Select(worker => Work(daemon, engine, new Random(seed + worker)))];
        await Task.WhenAll(workers);

        foreach ((string answer, int count) in _answers.OrderBy(answer => answer.Key)) output.WriteLine($"{count,6} {answer}");
        Assert.True(_failures.IsEmpty,
            $"{_failures.Count} kinds of failures, GANTRY_FUZZ_SEED={seed}:\n\n" + string.Join("\n\n", _failures.Values.Take(40)));
        await Clean(daemon, engine);
        Assert.Equal(before, await Witness.Describe(engine));
        Assert.Equal("fine", await engine.Ok("run", "--rm", "busybox", "echo", "fine"));
        await Eventually.True(() => daemon.Descriptors.Count <= descriptors.Count + 20,
            () => $"no descriptor stays open:\n{string.Join('\n', daemon.Descriptors)}\nbefore:\n{string.Join('\n', descriptors)}");
    }

    private async Task Work(TestDaemon daemon, Engine engine, Random random)
    {
        string host = Directory.CreateDirectory($"{daemon.Root}/host").FullName;
        FuzzValues values = new(random, host, daemon.CgroupParent);
        for (int number; (number = Interlocked.Decrement(ref _left)) >= 0;)
        {
            if (number % CleanEvery == 0) await Clean(daemon, engine);
            FuzzRequest request = FuzzRequest.Make(values.Of(ApiOperation.Weighted), values, [.. _execs.TakeLast(10)]);
            long sent = Stopwatch.GetTimestamp();
            RawExchange.Result answer = await RawExchange.Send(daemon.Socket, request.Bytes, request.IsCutOff,
                request.Operation.MayWait ? PatienceWithStreams : Patience);
            if (Stopwatch.GetElapsedTime(sent) is { TotalSeconds: > 3 } slow) output.WriteLine($"{slow.TotalSeconds:F0} s: {request}");
            Judge(request, answer);
            Assert.False(daemon.HasEnded, $"the daemon ended upon:\n{request}\n{daemon.Log}");
        }
    }

    private void Judge(FuzzRequest request, RawExchange.Result answer)
    {
        if (request.Operation.Path.EndsWith("/exec", StringComparison.Ordinal) && answer.Status == 201)
            _execs.Enqueue(JsonNode.Parse(Body(answer.Text))!["Id"]!.GetValue<string>());
        _answers.AddOrUpdate($"{request.Operation.Method} {request.Operation.Path} {answer.Status}", 1, (_, count) => count + 1);
        // 501 and 503 say what is not built, and that a registry or the cluster is not there.
        bool fine = request.Operation.MayWait ? answer.Status is -1 or (> 0 and < 500) or 501 or 503
            : answer.Status is (> 0 and < 500) or 501 or 503 && answer.IsComplete;
        if (fine || (request.IsCutOff && answer.Status == 0)) return;
        string kind = $"{request.Operation.Method} {request.Operation.Path} {answer.Status} {Shortened(Body(answer.Text))}";
        _failures.TryAdd(kind,
            $"{request}\n--> {Outcome(answer.Status, answer.Text)}");
    }

    private static string Outcome(int status, string text) => status switch
    {
        -1 => "no answer in time",
        0 => "closed without an answer",
        _ => text[..Math.Min(text.Length, 600)],
    };

    // The message without what differs from one request to the next.
    private static string Shortened(string body) => new([.. body.Where(c => !char.IsAsciiHexDigit(c)).Take(80)]);

    private static string Body(string answer) =>
        answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) is >= 0 and int end ? answer[(end + 4)..] : "";

    /// <summary>Everything but the witness goes: nothing that was made may refuse to.</summary>
    private static async Task Clean(TestDaemon daemon, Engine engine)
    {
        ApiClient.Answer list = await engine.Api.Get("/containers/json?all=1");
        Assert.True((int)list.Status == 200, $"ps -a: {(int)list.Status} {list.Body}\n{daemon.Log}");
        foreach (JsonNode? container in list.Json.AsArray())
        {
            string id = container!["Id"]!.GetValue<string>();
            if (container["Names"]!.AsArray().Any(name => name!.GetValue<string>() == $"/{Witness.Name}")) continue;
            ApiClient.Answer answer = await engine.Api.Delete($"/containers/{id}?force=1&v=1");
            Assert.True((int)answer.Status is 204 or 404 or 409, $"rm -f {id}: {(int)answer.Status} {answer.Body}\n{daemon.Log}");
        }
        await engine.Api.Post("/networks/prune");
        await engine.Api.Post("/volumes/prune?filters=%7B%22all%22%3A%5B%22true%22%5D%7D");
        await engine.Api.Post("/images/prune");
    }
}
