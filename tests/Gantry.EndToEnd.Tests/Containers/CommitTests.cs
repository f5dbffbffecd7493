using System.Text.Json.Nodes;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Containers;

/// <summary>diff, commit and export: what a container has become.</summary>
public sealed class CommitTests(SharedDaemons daemons) : EngineTests(daemons)
{
    private const string Script = "mkdir -p /data/x; echo hi > /data/x/f; ln -s f /data/x/l; rm /etc/group; echo x >> /etc/passwd; rm -rf "
        + "/home; mkdir /home; touch /home/new; touch /run; chmod 700 /opt";
    private static int _tags;

    [Theory, EveryEngine]
    public async Task DiffListsChanges(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Ok("run", "--network", "none", "--name", container, "-v", "/srv/volume", "busybox", "sh", "-c",
            Script + "; echo in the volume > /srv/volume/x");
        string[] changes = (await engine.Ok("diff", container)).Split('\n');
        Assert.Equal(["A /data", "A /data/x", "A /data/x/f", "A /data/x/l", "A /home/new", "A /srv", "A /srv/volume", "C /etc",
            "C /etc/passwd", "C /home", "C /opt", "D /etc/group"], changes.Order(StringComparer.Ordinal));
        Assert.Contains("No such container: zz", (await engine.Run("diff", "zz")).Error);
    }

    [Theory, EveryEngine]
    public async Task ACommittedImageRunsAndSaysWhereItCameFrom(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName(), tag = NewTag(engine);
        await engine.Ok("run", "--network", "none", "--name", container, "-e", "A=1", "-w", "/tmp", "busybox", "sh", "-c", Script);
        string id = await engine.Ok("commit", "-a", "A Name <a@example.com>", "-m", "a message", "-c", "ENV B=2", "-c",
            "CMD [\"cat\", \"/data/x/l\"]", "-c", "LABEL k=v", container, $"{tag}:v1");
        Assert.Matches("^sha256:[0-9a-f]{64}$", id);
        Assert.Equal("hi", await engine.Ok("run", "--rm", "--network", "none", $"{tag}:v1"));
        Assert.Equal("no no new 700 1 2 /tmp",
            await engine.Ok("run", "--rm", "--network", "none", $"{tag}:v1", "sh", "-c",
                "echo $([ -e /etc/group ] || echo no; grep -q ^x /etc/passwd || echo missing; [ -e /srv/volume ] || echo no; ls /home; "
                    + "stat -c %a /opt; echo $A $B; pwd)"));
        Assert.Equal($"{id} A Name <a@example.com> a message [cat /data/x/l] v 2",
            await engine.Ok("image", "inspect", "-f",
                "{{.Id}} {{.Author}} {{.Comment}} {{.Config.Cmd}} {{.Config.Labels.k}} {{len .RootFS.Layers}}", $"{tag}:v1"));
        Assert.Equal($"sh -c {Script}|a message",
            (await engine.Ok("history", "--no-trunc", "--format", "{{.CreatedBy}}|{{.Comment}}", $"{tag}:v1")).Split('\n')[0]);
        await engine.Ok("rmi", $"{tag}:v1");
    }

    [Theory, EveryEngine]
    public async Task WithoutChangesThereIsNoNewLayer(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName(), tag = NewTag(engine);
        await engine.Ok("run", "--network", "none", "--name", container, "busybox", "true");
        await engine.Ok("commit", container, tag);
        Assert.Equal("1", await engine.Ok("image", "inspect", "-f", "{{len .RootFS.Layers}}", tag));
        await engine.Ok("rmi", tag);
    }

    [Theory, EveryEngine]
    public async Task ARunningContainerIsPausedMeanwhileAndGoesOn(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle("--network", "none"), tag = NewTag(engine);
        await engine.Ok("exec", container, "sh", "-c", "echo live > /live");
        await engine.Ok("commit", container, tag);
        await engine.Ok("commit", "--pause=false", container, $"{tag}:second");
        Assert.Equal("true false", await engine.Inspect(container, "{{.State.Running}} {{.State.Paused}}"));
        Assert.Equal("live", await engine.Ok("run", "--rm", "--network", "none", tag, "cat", "/live"));
        string id = await engine.Ok("inspect", "-f", "{{.Id}}", container);
        // The client asks for events until the second that has begun.
        async Task<string> Events() =>
            string.Join(' ',
                (await engine.Ok("events", "--since", "5m", "--until", "0s", "--filter", $"container={id}", "--format", "{{.Action}}"))
                    .Split('\n').Where(action => action is "pause" or "unpause" or "commit"));
        await Eventually.True(async () => await Events() == "pause commit unpause commit",
            "the container was paused for the first commit alone");
        await engine.Ok("rmi", tag, $"{tag}:second");
    }

    [Theory, EveryEngine]
    public async Task ChangesAreDockerfileLinesOnTopOfTheContainer(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName(), tag = NewTag(engine);
        await engine.Ok("create", "--network", "none", "--name", container, "-e", "A=b", "-e", "C=d", "-w", "/w", "busybox", "old");
        await engine.Ok("commit", "-c", "ENV X=${A:-none}-${Z:-none} A=z", "-c", "WORKDIR x", "-c", "EXPOSE 8000-8001/udp", "-c",
            "ENTRYPOINT [\"e\"]", container, tag);
        Assert.Equal("""/w/x {"8000/udp":{},"8001/udp":{}} ["e"] null""", await engine.Inspect(tag,
            "{{.Config.WorkingDir}} {{json .Config.ExposedPorts}} {{json .Config.Entrypoint}} {{json .Config.Cmd}}"));
        string[] variables = [.. (await engine.Inspect(tag, "{{range .Config.Env}}{{println .}}{{end}}")).Split('\n')
            .Where(variable => !variable.StartsWith("PATH=", StringComparison.Ordinal))];
        // The stock client sends variables in whatever order its map has them, and dockerd keeps them so.
        if (name != "gantry") Array.Sort(variables, StringComparer.Ordinal);
        Assert.Equal(["A=z", "C=d", "X=b-none"], variables);
        // What is emptied comes back, and a body without any field is none.
        ApiClient.Answer made = await engine.Api.Post($"/commit?container={container}&changes=CMD+%5B%5D&changes=ENV+Y%3D%24A", "{}");
        JsonNode config = (await engine.Api.Get($"/images/{made.Json["Id"]}/json")).Json["Config"]!;
        Assert.Equal("""["old"]""", config["Cmd"]!.ToJsonString());
        Assert.Contains("Y=b", config["Env"]!.AsArray().Select(entry => entry!.GetValue<string>()));
        await engine.Ok("rmi", tag, made.Json["Id"]!.GetValue<string>());
    }

    [Theory, EveryEngine]
    public async Task BadRequestsAreRefused(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Ok("create", "--network", "none", "--name", container, "busybox");
        Assert.Contains("must be lowercase", (await engine.Run("commit", container, "Bad:1")).Error);
        Assert.Contains("No such container: zz", (await engine.Run("commit", "zz")).Error);
        Assert.Contains("foo is not a valid change command", (await engine.Run("commit", "-c", "FOO x", container)).Error);
        Assert.Equal(404, (int)(await engine.Api.Post("/commit?container=zz")).Status);
        ApiClient.Answer made = await engine.Api.Post($"/commit?container={container}&comment=x", """{"Env":["B=2"],"Cmd":["x"]}""");
        Assert.Equal(201, (int)made.Status);
        JsonNode image = (await engine.Api.Get($"/images/{made.Json["Id"]}/json")).Json;
        Assert.Equal("""["x"] ["B=2"]""", $"{image["Config"]!["Cmd"]!.ToJsonString()} {image["Config"]!["Env"]!.ToJsonString()}");
        await engine.Ok("rmi", (string)made.Json["Id"]!);
    }

    [Theory, EveryEngine]
    public async Task ExportIsTheWholeRootWithoutVolumes(string name)
    {
        await using Engine engine = await Use(name);
        using Scratch scratch = new();
        string container = await engine.RunIdle("--network", "none", "-v", "/vol"), tag = NewTag(engine);
        await engine.Ok("exec", container, "sh", "-c", Script + "; echo in the volume > /vol/x; ln /data/x/f /data/x/g");
        await engine.Ok("export", "-o", scratch["e.tar"], container);
        string list = await scratch.Shell("tar -tf e.tar");
        Assert.Contains("data/x/f\n", list);
        Assert.Contains("vol/", list.Split('\n'));
        Assert.DoesNotContain("vol/x", list);
        Assert.DoesNotContain("etc/group", list);
        Assert.DoesNotContain("proc/1", list);
        Assert.Contains("bin/busybox\n", list);
        await engine.Ok("import", "-c", "CMD [\"cat\", \"/data/x/g\"]", scratch["e.tar"], tag);
        Assert.Equal("hi", await engine.Ok("run", "--rm", "--network", "none", tag));
        await engine.Ok("rmi", tag);
    }

    private static string NewTag(Engine engine) => $"commit-{engine.Name}-{Interlocked.Increment(ref _tags)}";
}
