using System.Text.Json.Nodes;
using Gantry.EndToEnd.Engines;

namespace Gantry.EndToEnd.Containers.Verbs;

/// <summary>Every verb in every state of a container, by the API alone: what is answered and said, and which state it has then.
/// The table is <c>verbs.txt</c>.</summary>
public sealed class VerbTests(SharedDaemons daemons) : EngineTests(daemons)
{
    private const int AtOnce = 12;

    [Theory, EngineDaemon]
    public Task OneThatNeverRan(string name) => IsAnsweredAsTheTableSays(name, "created");

    [Theory, EngineDaemon]
    public Task OneThatRuns(string name) => IsAnsweredAsTheTableSays(name, "running");

    [Theory, EngineDaemon]
    public Task OneThatStandsStill(string name) => IsAnsweredAsTheTableSays(name, "paused");

    [Theory, EngineDaemon]
    public Task OneThatWaitsForItsRestart(string name) => IsAnsweredAsTheTableSays(name, "restarting");

    [Theory, EngineDaemon]
    public Task OneThatHasEnded(string name) => IsAnsweredAsTheTableSays(name, "exited");

    private async Task IsAnsweredAsTheTableSays(string name, string state)
    {
        await using Engine engine = await Use(name);
        string network = engine.NewName("net");
        await engine.Ok("network", "create", network);
        List<string> wrong = [];
        await Parallel.ForEachAsync(VerbTable.Of(state), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (cell, _) =>
        {
            VerbAnswer answer = await Ask(engine, cell.Verb, state, network);
            // On a busy machine the time between two runs may be over before the verb is asked.
            for (int again = 0; again < 3 && state == "restarting" && !cell.Allows(answer, engine.IsPeer); again++)
                answer = await Ask(engine, cell.Verb, state, network);
            if (cell.Allows(answer, engine.IsPeer)) return;
            lock (wrong) wrong.Add($"{cell.Verb} is answered {answer}, not {(engine.IsPeer ? cell.Peer ?? cell.Ours : cell.Ours)}");
        });
        if (engine.IsPeer) await TakeOutWhatIsGone(engine, network);
        await engine.Ok("network", "rm", network);
        Assert.True(wrong.Count == 0, $"{state}:\n{string.Join('\n', wrong.Order(StringComparer.Ordinal))}");
    }

    /// <summary>There, one that is connected between two runs and then removed stays in the network.</summary>
    private static async Task TakeOutWhatIsGone(Engine engine, string network)
    {
        foreach ((_, JsonNode? left) in (await engine.Api.Get($"/networks/{network}")).Json["Containers"]!.AsObject())
            await engine.Api.Post($"/networks/{network}/disconnect", $$"""{"Container":"{{left!["Name"]}}","Force":true}""");
    }

    private static async Task<VerbAnswer> Ask(Engine engine, string verb, string state, string network)
    {
        await using VerbSubject subject = await VerbSubject.Make(engine, state, network);
        return await VerbAnswer.Of(engine, verb, subject);
    }
}
