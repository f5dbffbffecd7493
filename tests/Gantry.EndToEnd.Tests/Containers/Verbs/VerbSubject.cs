using System.Net;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Containers.Verbs;

/// <summary>A container in one of its states, for one verb.</summary>
public sealed class VerbSubject : IAsyncDisposable
{
    /// <summary>So many times ended, it is more than three seconds until it comes again: time enough for a verb.</summary>
    private const int Restarts = 6;

    private readonly Engine _engine;
    private readonly string _state;

    private VerbSubject(Engine engine, string state, string network)
    {
        _engine = engine;
        _state = state;
        Network = network;
        Name = engine.NewName("verb");
    }

    public string Name { get; }
    public string Id { get; private set; } = "";
    public string Exec { get; private set; } = "";
    /// <summary>One that it is not connected to.</summary>
    public string Network { get; }
    public string Path => $"/containers/{Name}";

    // What lets one that fails go on running when it comes again.
    private string Flag => $"{_engine.Daemon.Root}/{Name}";

    public static async Task<VerbSubject> Make(Engine engine, string state, string network)
    {
        VerbSubject subject = new(engine, state, network);
        try
        {
            await subject.Create();
            await subject.Reach();
            return subject;
        }
        catch
        {
            await subject.DisposeAsync();
            throw;
        }
    }

    /// <returns><c>gone</c> when there is none.</returns>
    public async Task<string> State()
    {
        ApiClient.Answer answer = await _engine.Api.Get($"/containers/{Id}/json");
        return answer.Status == HttpStatusCode.NotFound ? "gone" : answer.Json["State"]!["Status"]!.GetValue<string>();
    }

    /// <summary>Ends whatever waits for it.</summary>
    public Task Remove() => _engine.Api.Delete($"/containers/{Id}?force=1&v=1");

    public async ValueTask DisposeAsync()
    {
        if (Id.Length > 0) await Remove();
        // Where it has been committed.
        await _engine.Api.Delete($"/images/{Name}?force=1");
        if (Directory.Exists(Flag)) Directory.Delete(Flag, recursive: true);
    }

    private async Task Create()
    {
        Directory.CreateDirectory(Flag);
        string policy = _state == "restarting" ? "always" : "no";
        ApiClient.Answer made = await _engine.Api.Post($"/containers/create?name={Name}",
            $$$"""
            {"Image":"busybox","StopSignal":"KILL","Labels":{"verb":"{{{Name}}}"},
             "Cmd":["sh","-c","test {{{_state}}} != restarting -o -e /flag/go || exit 3; exec sleep 1000"],
             "HostConfig":{"Binds":["{{{Flag}}}:/flag"],"RestartPolicy":{"Name":"{{{policy}}}"} } }
            """);
        Assert.True(made.Status == HttpStatusCode.Created, made.Body);
        Id = made.Json["Id"]!.GetValue<string>();
    }

    private async Task Reach()
    {
        if (_state == "created") return;
        await Done(_engine.Api.Post($"{Path}/start"));
        if (_state == "restarting")
        {
            await Eventually.True(IsBetweenRestarts, "it waits for its restart");
            File.Create($"{Flag}/go").Dispose();
            return;
        }
        ApiClient.Answer exec = await Done(_engine.Api.Post($"{Path}/exec", """{"Cmd":["true"],"Tty":true}"""));
        Exec = exec.Json["Id"]!.GetValue<string>();
        if (_state == "paused") await Done(_engine.Api.Post($"{Path}/pause"));
        if (_state == "exited") await Done(_engine.Api.Post($"{Path}/kill"));
    }

    private async Task<bool> IsBetweenRestarts()
    {
        ApiClient.Answer answer = await _engine.Api.Get($"/containers/{Id}/json");
        return answer.Json["State"]!["Restarting"]!.GetValue<bool>() && answer.Json["RestartCount"]!.GetValue<int>() >= Restarts;
    }

    private static async Task<ApiClient.Answer> Done(Task<ApiClient.Answer> asking)
    {
        ApiClient.Answer answer = await asking;
        Assert.True((int)answer.Status < 300, answer.Body);
        return answer;
    }
}
