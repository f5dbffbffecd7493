using System.Text.Json.Nodes;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;
using Gantry.Tests.Shared;

namespace Gantry.EndToEnd.Recovery;

/// <summary>Every kind of file that the daemon keeps of containers, networks and volumes, damaged in every way while it is away: nothing
/// else is lost. Images: StoreDamageTests.</summary>
public sealed class DamagedFilesTests : IAsyncDisposable
{
    private static readonly string[] Records = ["config.v2.json", "hostconfig.json"];
    private static readonly int Kinds = FileDamage.Kinds.Count;

    private readonly Dictionary<string, string> _ids = [];
    private readonly Dictionary<string, byte[]> _contents = [];
    private readonly List<string> _networks = [];
    private TestDaemon _daemon = null!;
    private Engine _engine = null!;

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null) await _engine.DisposeAsync();
        if (_daemon is not null) await _daemon.DisposeAsync();
    }

    [Fact]
    public async Task EachFileInEachWay()
    {
        await Make();
        Dictionary<string, string> pids = [];
        foreach (string name in _ids.Keys.Where(name => name.StartsWith("run-")))
            pids[name] = await _engine.Inspect(name,
                "{{.State.Pid}} {{.NetworkSettings.IPAddress}}{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}");

        await _daemon.Kill();
        for (int i = 0; i < Kinds; i++) await DamageAll(i);
        Directory.Delete(Home("run-altogether"), recursive: true);
        // Records and their copy: the bundle is left.
        string twice = _ids["twice"], found = $"found_{twice[..12]}";
        FileDamage.Inflict("junk", $"{Home("twice")}/config.v2.json");
        FileDamage.Inflict("half", $"{_daemon.ExecRoot}/containers/{twice}/container.json");
        FileDamage.Inflict("junk", $"{_daemon.DataRoot}/engine-id");
        await _daemon.Start();

        // What runs goes on, under its name, in its network.
        foreach ((string name, string pid) in pids)
            Assert.Equal(pid,
                await _engine.Inspect(name,
                    "{{.State.Pid}} {{.NetworkSettings.IPAddress}}{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"));
        string some = $"run-{Records[0]}-3";
        Assert.Equal("inside", await _engine.Ok("exec", some, "echo", "inside"));
        Assert.Equal("bundle", await _engine.Ok("exec", found, "sh", "-c", "echo $FROM"));
        await _engine.Ok("restart", "-t", "1", found);
        Assert.Equal("bundle", await _engine.Ok("exec", found, "sh", "-c", "echo $FROM"));
        Assert.Equal("busybox", (await _engine.Ok("ps", "--filter", $"name={found}", "--format", "{{.Image}}")).Split(':')[0]);
        _ids.Remove("twice");
        _ids[found] = twice;
        Assert.Equal("3", await _engine.Inspect(some, "{{.Config.Labels.way}}"));
        await _engine.Ok("exec", some, "ping", "-c", "1", "-W", "5",
            (await _engine.Inspect(some, "{{range .NetworkSettings.Networks}}{{.Gateway}}{{end}}")));
        for (int i = 0; i < Kinds; i++)
        {
            Assert.Contains("exited", await _engine.Inspect($"end-{i}", "{{.State.Status}}"));
            Assert.Equal("started", await _engine.Ok("start", "-a", $"files-{i}"));
            Assert.Equal("content", await File.ReadAllTextAsync($"{_daemon.DataRoot}/volumes/vol{i}/_data/f"));
            Assert.Equal($"vol{i}", await _engine.Ok("volume", "inspect", "-f", "{{.Name}}", $"vol{i}"));
        }
        Assert.Equal("witness", await _engine.Ok("start", "-a", "witness"));

        await NothingIsTaken();
        await AllIsSaid();
        await MendedByHandAllIsBack();
    }

    /// <summary>Neither its records nor its bundle say what it is.</summary>
    [Fact]
    public async Task WhatRunsAndCannotBeReadGoesByForceAlone()
    {
        _daemon = await TestDaemon.Start(DaemonKind.Gantry);
        await BaseImage.Import(_daemon);
        _engine = new Engine("gantry", _daemon);
        await Container("lost", "run", "-d", "--network", "none", "busybox", "sleep", "1000");
        int process = int.Parse(await _engine.Inspect("lost", "{{.State.Pid}}"));
        string id = _ids["lost"], bundle = $"{_daemon.ExecRoot}/containers/{id}";
        await _daemon.Kill();
        FileDamage.Inflict("junk", $"{Home("lost")}/config.v2.json");
        FileDamage.Inflict("junk", $"{bundle}/container.json");
        JsonNode spec = JsonNode.Parse(await File.ReadAllTextAsync($"{bundle}/config.json"))!;
        spec["process"]!["args"] = new JsonArray();
        await File.WriteAllTextAsync($"{bundle}/config.json", spec.ToJsonString());
        await _daemon.Start();
        Command.Result refused = await _engine.Run("rm", id);
        Assert.NotEqual(0, refused.Code);
        Assert.Contains("container is running: stop the container before removing or force remove", refused.Error);
        Assert.True(Signals.Lives(process));
        await _engine.Ok("rm", "-f", id);
        await Eventually.True(() => !Signals.Lives(process), "its process has ended");
        Assert.False(Directory.Exists(Home("lost")) || Directory.Exists(bundle) || Directory.Exists($"{_daemon.DataRoot}/overlay2/{id}"));
        await Eventually.True(() => ControlGroups.Below(_daemon.CgroupParent).Count == 0, "no cgroup is left");
    }

    /// <summary>Of what lies below the exec root nothing is needed to start, and the networks are there twice.</summary>
    [Fact]
    public async Task WhatHasThePlaceOfADirectoryKeepsNothingFromStarting()
    {
        _daemon = await TestDaemon.Start(DaemonKind.Gantry);
        await BaseImage.Import(_daemon);
        _engine = new Engine("gantry", _daemon);
        string lost = await _engine.Ok("network", "create", "lost"), removed = await _engine.Ok("network", "create", "removed");
        await _daemon.Stop();
        string[] places = [$"{_daemon.ExecRoot}/containers", $"{_daemon.ExecRoot}/runtime", $"{_daemon.ExecRoot}/networks"];
        foreach (string kind in (string[])["a file", "a FIFO"])
        {
            foreach (string place in places)
            {
                Directory.Delete(place, recursive: true);
                if (kind == "a file") await File.WriteAllTextAsync(place, kind);
                else (await Command.Run("mkfifo", [place])).Succeeded();
            }
            File.Delete($"{_daemon.DataRoot}/lock");
            File.CreateSymbolicLink($"{_daemon.DataRoot}/lock", "/nowhere/at/all");
            await _daemon.Start();
            Assert.Equal("runs", await _engine.Ok("run", "--rm", "--network", "lost", "busybox", "echo", "runs"));
            Assert.All([.. places, $"{_daemon.DataRoot}/lock"], place => Assert.Contains($"{place} was no", _daemon.Log));
            await _daemon.Stop();
        }
        Directory.Move($"{_daemon.DataRoot}/networks", $"{_daemon.DataRoot}/moved");
        await _daemon.Start();
        Assert.Equal(lost, await _engine.Ok("network", "inspect", "-f", "{{.Id}}", "lost"));
        Assert.Contains("network lost was put together again", _daemon.Log);
        foreach (string root in (string[])[_daemon.DataRoot, _daemon.ExecRoot])
        {
            File.Delete($"{root}/networks/{removed}.json");
            Directory.CreateDirectory($"{root}/networks/{removed}.json");
        }
        await _engine.Ok("network", "rm", "removed");
    }

    /// <summary>Somebody tidied up while the daemon ran.</summary>
    [Fact]
    public async Task WhateverHasThePlaceOfAnObjectItIsRemoved()
    {
        _daemon = await TestDaemon.Start(DaemonKind.Gantry);
        await BaseImage.Import(_daemon);
        _engine = new Engine("gantry", _daemon);
        foreach (string kind in (string[])["file", "nothing", "link"])
        {
            string created = await _engine.Ok("create", "--network", "none", "busybox", "true"), running = await _engine.RunIdle();
            string id = await _engine.Inspect(running, "{{.Id}}");
            await _engine.Ok("volume", "create", "data");
            await _engine.Ok("tag", "busybox", "other");
            foreach (string place in (string[])[$"{_daemon.DataRoot}/containers/{created}", $"{_daemon.DataRoot}/volumes/data",
                $"{_daemon.ExecRoot}/containers/{id}", $"{_daemon.ExecRoot}/runtime/{id}"])
            {
                Directory.Delete(place, recursive: true);
                if (kind == "file") await File.WriteAllTextAsync(place, kind);
                else if (kind == "link") File.CreateSymbolicLink(place, "/nowhere/at/all");
            }
            await _engine.Ok("rm", created);
            await _engine.Ok("rm", "-f", running);
            await _engine.Ok("volume", "rm", "data");
            Assert.Equal("", await _engine.Ok("ps", "-aq"));
            await _daemon.Kill();
            await _daemon.Start();
            Assert.Equal("", await _engine.Ok("ps", "-aq") + await _engine.Ok("volume", "ls", "-q"));
            Assert.Contains("all is well", await _engine.Ok("system", "check"));
            await Eventually.True(() => ControlGroups.Below(_daemon.CgroupParent).Count == 0, "no cgroup is left");
        }
        string record = Directory.GetFiles($"{_daemon.DataRoot}/image", "*.json", SearchOption.AllDirectories)[0];
        File.Delete(record);
        Directory.CreateDirectory(record);
        await _engine.Ok("rmi", "-f", (await _engine.Ok("images", "-q")).Split('\n')[0]);
    }

    private async Task Make()
    {
        _daemon = await TestDaemon.Start(DaemonKind.Gantry);
        await BaseImage.Import(_daemon);
        _engine = new Engine("gantry", _daemon);
        for (int i = 0; i < Kinds; i++)
        {
            _networks.Add(await _engine.Ok("network", "create", $"net{i}"));
            await _engine.Ok("volume", "create", "--label", "a=b", $"vol{i}");
            await File.WriteAllTextAsync($"{_daemon.DataRoot}/volumes/vol{i}/_data/f", "content");
        }
        await Container("witness", "create", "busybox", "echo", "witness");
        await Container("twice", "run", "-d", "--network", "none", "-e", "FROM=bundle", "busybox", "sleep", "1000");
        await Container("run-altogether", "run", "-d", "--network", "net0", "busybox", "sleep", "1000");
        await Parallel.ForEachAsync(Enumerable.Range(0, Kinds), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, _) =>
        {
            foreach (string record in Records)
            {
                await Container($"run-{record}-{i}", "run", "-d", "--label", $"way={i}", "--network", $"net{i}", "busybox", "sleep",
                    "1000");
                await Container($"stop-{record}-{i}", "create", "-v", "/anonymous", "busybox", "echo", "back");
            }
            await Container($"end-{i}", "run", "-d", "--network", "none", "busybox", "sleep", "1000");
            await Container($"files-{i}", "create", "-v", $"vol{i}:/v", "busybox", "echo", "started");
        });
        foreach (string id in _ids.Values) await File.WriteAllTextAsync(Marker(id), "mine");
    }

    private async Task Container(string name, string verb, params string[] rest)
    {
        string id = await _engine.Ok([verb, "--name", name, .. rest]);
        lock (_ids) _ids[name] = id;
    }

    private async Task DamageAll(int i)
    {
        string kind = FileDamage.Kinds[i];
        foreach (string record in Records)
        {
            Damage(kind, $"{Home($"run-{record}-{i}")}/{record}");
            Damage(kind, $"{Home($"stop-{record}-{i}")}/{record}");
        }
        Damage(kind, $"{_daemon.DataRoot}/networks/{_networks[i]}.json");
        Damage(kind, $"{_daemon.DataRoot}/volumes/vol{i}/volume.json");
        Damage(kind, $"{_daemon.DataRoot}/overlay2/{_ids[$"files-{i}"]}/snapshot.json");
        foreach (string file in (string[])["hosts", "hostname", "resolv.conf", "exit.json"])
        {
            await File.WriteAllTextAsync($"{Home($"files-{i}")}/{file}", "{\"something\": \"of before\"}");
            Damage(kind, $"{Home($"files-{i}")}/{file}");
        }
        // One that ended while nobody looked, and the word of its end is lost.
        string ending = Home($"end-{i}");
        Signals.Kill(int.Parse((await File.ReadAllTextAsync($"{_daemon.ExecRoot}/containers/{_ids[$"end-{i}"]}/pids.json")).Split(' ')[1]));
        await Eventually.True(() => File.Exists($"{ending}/exit.json"), "it has ended");
        Damage(kind, $"{ending}/exit.json");
    }

    private void Damage(string kind, string path)
    {
        _contents[path] = File.ReadAllBytes(path);
        FileDamage.Inflict(kind, path);
    }

    private async Task NothingIsTaken()
    {
        Assert.All(_ids, one => Assert.Equal("mine", File.ReadAllText(Marker(one.Value))));
        // Nor by somebody who tidies up and does not know.
        await _engine.Ok("volume", "prune", "-f");
        await _engine.Ok("image", "prune", "-a", "-f");
        Assert.All(_ids, one => Assert.Equal("mine", File.ReadAllText(Marker(one.Value))));
        Assert.Equal(Kinds + 2 * Kinds, Directory.GetDirectories($"{_daemon.DataRoot}/volumes").Length);
    }

    private async Task AllIsSaid()
    {
        string info = string.Join('\n', (await _engine.Api.Get("/info")).Json["Warnings"]!.AsArray().Select(line => (string)line!));
        Command.Result check = await _engine.Run("system", "check");
        Assert.Equal(1, check.Code);
        for (int i = 0; i < Kinds; i++)
        {
            string[] said = [.. Records.SelectMany(record => (string[])[$"container run-{record}-{i}", Home($"stop-{record}-{i}")]),
                $"network net{i}", $"volume vol{i}"];
            Assert.All(said, what =>
            {
                Assert.Contains(what, info);
                Assert.Contains(what, check.Output);
                Assert.Contains(what, _daemon.Log);
            });
        }
        Assert.Contains("engine identity", info);
        Assert.Contains("container run-altogether", info);
    }

    private async Task MendedByHandAllIsBack()
    {
        string given = $"stop-{Records[0]}-0", id = _ids[given];
        await _engine.Ok("rm", id);
        Assert.False(Directory.Exists(Home(given)));
        await Eventually.True(() => !File.Exists(Marker(id)), "what was given up is gone");
        _ids.Remove(given);
        foreach (string record in Records)
        {
            for (int i = 0; i < Kinds; i++)
            {
                if (!_ids.ContainsKey($"stop-{record}-{i}")) continue;
                string path = $"{Home($"stop-{record}-{i}")}/{record}";
                if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
                File.Delete(path);
                await File.WriteAllBytesAsync(path, _contents[path]);
            }
        }
        await _engine.Ok("system", "check", "--repair");
        Assert.Contains("all is well", await _engine.Ok("system", "check"));
        foreach (string name in _ids.Keys.Where(name => name.StartsWith("stop-")))
            Assert.Equal("back", await _engine.Ok("start", "-a", name));
        await _engine.Ok(["rm", "-f", "-v", .. _ids.Keys]);
        Assert.Equal("", await _engine.Ok("ps", "-aq"));
        await _daemon.Kill();
        await _daemon.Start();
        Assert.Contains("all is well", await _engine.Ok("system", "check"));
        Assert.DoesNotContain("damaged",
            string.Join('\n', (await _engine.Api.Get("/info")).Json["Warnings"]!.AsArray().Select(line => (string)line!)));
    }

    private string Home(string name) => $"{_daemon.DataRoot}/containers/{_ids[name]}";

    private string Marker(string id) => $"{_daemon.DataRoot}/overlay2/{id}/diff/marker";
}
