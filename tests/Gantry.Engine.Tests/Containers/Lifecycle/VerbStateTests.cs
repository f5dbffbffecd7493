using Gantry.Api.Containers;
using Gantry.Api.Execs;
using Gantry.Engine.Containers;
using Gantry.Engine.Containers.Files;
using Gantry.Engine.Containers.Streams;
using Gantry.Engine.Execs;
using Gantry.Engine.Logs;
using Gantry.Shim.Logs;

namespace Gantry.Engine.Tests.Containers.Lifecycle;

/// <summary>Every verb in every state of a container: what is answered, and which state it has then.</summary>
public sealed class VerbStateTests : IDisposable
{
    /// <summary>Answers as the wire has them, 200 for anything that was done; then the state. The end-to-end tests have the same beside
    /// dockerd (<c>Containers/Verbs/verbs.txt</c>), but for <c>removing</c>, in which nobody can hold a container from outside.</summary>
    private const string Table = """
        verb            created         running         paused          restarting      exited          removing
        start           200 running     304 running     409 paused      304 restarting  200 running     409 removing
        stop            304 created     200 exited      200 exited      200 exited      304 exited      304 removing
        restart         200 running     200 running     200 running     200 running     200 running     409 removing
        kill            409 created     200 exited      200 exited      200 exited      409 exited      409 removing
        kill-usr1       409 created     200 running     200 paused      200 exited      409 exited      409 removing
        pause           409 created     200 paused      409 paused      409 restarting  409 exited      409 removing
        unpause         409 created     409 running     200 running     409 restarting  409 exited      409 removing
        remove          200 gone        409 running     409 paused      409 restarting  200 gone        409 removing
        remove-force    200 gone        200 gone        200 gone        200 gone        200 gone        200 removing
        prune           200 gone        200 running     200 paused      200 restarting  200 gone        200 removing
        update          200 created     200 running     200 paused      200 restarting  200 exited      409 removing
        rename          200 created     200 running     200 paused      200 restarting  200 exited      200 removing
        connect         200 created     200 running     200 paused      200 restarting  200 exited      409 removing
        disconnect      200 created     200 running     200 paused      200 restarting  200 exited      409 removing
        wait            200 created     200 exited      200 exited      200 exited      200 exited      200 removing
        attach          200 created     200 running     409 paused      409 restarting  200 exited      200 removing
        logs            200 created     200 running     200 paused      200 restarting  200 exited      409 removing
        resize          409 created     200 running     200 paused      409 restarting  409 exited      409 removing
        exec            409 created     201 running     409 paused      409 restarting  409 exited      409 removing
        top             409 created     200 running     200 paused      409 restarting  409 exited      409 removing
        inspect         200 created     200 running     200 paused      200 restarting  200 exited      200 removing
        list            200 created     200 running     200 paused      200 restarting  200 exited      200 removing
        changes         200 created     200 running     200 paused      200 restarting  200 exited      200 removing
        export          200 created     200 running     200 paused      200 restarting  200 exited      409 removing
        copy            200 created     200 running     200 paused      200 restarting  200 exited      409 removing
        commit          200 created     200 running     200 paused      200 restarting  200 exited      409 removing
        """;

    private readonly ContainerFixture _containers = new();

    private ContainerEngine Engine => _containers.Engine;

    public void Dispose() => _containers.Dispose();

    public static TheoryData<string, string, string> Cells()
    {
        TheoryData<string, string, string> cells = [];
        string[][] lines = [.. Table.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        string[] states = lines[0][1..];
        foreach (string[] line in lines[1..])
            for (int state = 0; state < states.Length; state++)
                cells.Add(line[0], states[state], $"{line[1 + 2 * state]} {line[2 + 2 * state]}");
        return cells;
    }

    [Theory, MemberData(nameof(Cells))]
    public async Task IsAnsweredAsDockerDoes(string verb, string state, string expected)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess || verb is not ("copy" or "export"), "what mounts needs root");
        Container container = await InStateAsync(state);
        Task<int> answer = AnswerAsync(verb, container);
        if (state == "removing") container.Waiters.CompleteRemoval(container.Status.LastExit);
        if (verb == "wait") await LetEndAsync(container);
        int status = await answer.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(expected, $"{status} {(Engine.Store.TryFind(container.Id, out _) ? container.Status.Name : "gone")}");
        if (container.Status.Running)
            Assert.Equal(container.Status.Paused ? "paused" : "running", _containers.Supervisors.Of(container).State);
        string[] networks = verb switch
        {
            "connect" when status == 200 => [ContainerFixture.Far, ContainerFixture.Near],
            "disconnect" when status == 200 => [],
            _ => [ContainerFixture.Near],
        };
        ContainerRecord record = container.Record;
        Assert.Equal(networks, record.Networks.Keys.Order());
        Assert.Equal(record.Status.Running ? networks : [], record.Endpoints.Select(endpoint => endpoint.NetworkName).Order());
    }

    [Fact]
    public async Task ARestartComesWhenItsTimeHasCome()
    {
        Container container = await InStateAsync("restarting");
        // It counts from the exit on, as with docker.
        Assert.Equal(1, container.Record.RestartCount);
        _containers.Clock.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal("restarting", container.Status.Name);
        _containers.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await ContainerFixture.UntilAsync(() => container.Status.Name == "running");
        Assert.Equal(1, container.Record.RestartCount);
    }

    [Fact]
    public async Task WhatIgnoresItsStopSignalIsKilledWhenItsTimeIsOver()
    {
        Container container = await InStateAsync("running");
        Task stopped = Engine.Stop.RunAsync(container.Id, "USR1", seconds: 7, default);
        await ContainerFixture.UntilAsync(() => _containers.Supervisors.Of(container).Asked.Contains("signal 10"));
        _containers.Clock.Advance(TimeSpan.FromSeconds(6.9));
        Assert.False(stopped.IsCompleted);
        await ContainerFixture.UntilAsync(() =>
        {
            _containers.Clock.Advance(TimeSpan.FromSeconds(0.1));
            return stopped.IsCompleted;
        });
        Assert.Equal(137, container.Status.ExitCode);
    }

    private async Task<Container> InStateAsync(string state)
    {
        Container container = _containers.Add("web", state == "restarting" ? "always" : "no");
        if (state is "created" or "removing")
        {
            container.ChangeStatus(status => status with { RemovalInProgress = state == "removing" });
            return container;
        }
        await Engine.Start.RunAsync(container.Id, default);
        if (state == "paused") await Engine.Pause.RunAsync(container.Id, default);
        else if (state is "exited" or "restarting") await LetEndAsync(container);
        Assert.Equal(state, container.Status.Name);
        return container;
    }

    /// <summary>By itself, or for good where it would come again.</summary>
    private async Task LetEndAsync(Container container)
    {
        Task ended = container.Ended.Task;
        if (container.Status.Running) _containers.Supervisors.Of(container).Exit(1);
        else if (container.Status.Restarting) await Engine.Kill.RunAsync(container.Id, null, default);
        else return;
        await ended.WaitAsync(TimeSpan.FromSeconds(30));
        // The gate is free when all that follows the end is done.
        using (await container.LockAsync()) { }
    }

    private async Task<int> AnswerAsync(string verb, Container container)
    {
        try
        {
            await RunAsync(verb, container.Id);
            return verb == "exec" ? 201 : 200;
        }
        catch (GantryException e)
        {
            return e.Kind switch
            {
                ErrorKind.NotModified => 304,
                ErrorKind.InvalidArgument => 400,
                ErrorKind.NotFound => 404,
                ErrorKind.Conflict => 409,
                _ => 500,
            };
        }
    }

    private Task RunAsync(string verb, string id) => verb switch
    {
        "start" => Engine.Start.RunAsync(id, default),
        "stop" => Engine.Stop.RunAsync(id, null, null, default),
        "restart" => Engine.Restart.RunAsync(id, null, null, default),
        "kill" => Engine.Kill.RunAsync(id, null, default),
        "kill-usr1" => Engine.Kill.RunAsync(id, "USR1", default),
        "pause" => Engine.Pause.RunAsync(id, default),
        "unpause" => Engine.Pause.UndoAsync(id, default),
        "remove" => Engine.Remove.RunAsync(id, force: false, removeVolumes: false, default),
        "remove-force" => Engine.Remove.RunAsync(id, force: true, removeVolumes: false, default),
        "prune" => Engine.Prune.RunAsync(_ => true, default),
        "update" => Engine.Update.RunAsync(id, new ContainerUpdateRequest { CpuShares = 512 }, default),
        "rename" => Engine.Rename.RunAsync(id, "other", default),
        "connect" => Engine.Connections.ConnectAsync(ContainerFixture.Far, id, null, default),
        "disconnect" => Engine.Connections.DisconnectAsync(ContainerFixture.Near, id, force: false, default),
        "wait" => Engine.Wait.RunAsync(id, null),
        "resize" => Engine.Resize.RunAsync(id, 24, 80, default),
        "top" => Engine.Top.RunAsync(id, null, default),
        "logs" => ReadAsync(Engine.Logs.Read(id, new LogQuery { Stdout = true }, default)),
        "export" => DisposedAsync(Engine.Files.ExportAsync(id, default)),
        "copy" => DisposedAsync(Engine.Files.OpenArchiveAsync(id, "/", default)),
        "commit" => Engine.Commit.RunAsync(id, new CommitRequest(), default),
        _ => Task.Run(() => Ask(verb, id)),
    };

    private void Ask(string verb, string id)
    {
        switch (verb)
        {
            case "attach": Engine.Attach.Prepare(id, new AttachOptions { Stream = true, Stdout = true }); break;
            case "exec":
                new ExecEngine(Engine.Store, [], _containers.Events).Create(id, new ExecConfig { Cmd = ["true"] });
                break;
            case "inspect": Assert.Equal(id, Engine.Inspect.Run(id, size: true).Record.Id); break;
            case "list": Assert.Single(Engine.List.Run(all: true, 0, size: true, new Dictionary<string, IReadOnlyList<string>>())); break;
            case "changes": Assert.Empty(Engine.Files.Changes(id)); break;
            default: throw new ArgumentException(verb);
        }
    }

    private static async Task ReadAsync(IAsyncEnumerable<LogRecord> records)
    {
        await foreach (LogRecord _ in records) { }
    }

    private static async Task DisposedAsync<T>(Task<T> opening) where T : IDisposable => (await opening).Dispose();
}
