using System.Text.Json.Nodes;
using Gantry.EndToEnd.Engines;

namespace Gantry.EndToEnd.Containers;

public sealed class ListTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EveryEngine]
    public async Task FiltersByWhatContainersAre(string name)
    {
        await using Engine engine = await Use(name);
        string mark = engine.NewName("mark");
        string running = engine.NewName("running"), done = engine.NewName("done"), made = engine.NewName("made");
        await engine.Ok("run", "-d", "--name", running, "--label", $"mark={mark}", "--label", "colour=red", "busybox", "sleep", "100");
        await engine.Ok("run", "--name", done, "--label", $"mark={mark}", "busybox", "true");
        Assert.Equal(3, (await engine.Run("run", "--name", made + "3", "--label", $"mark={mark}", "busybox", "sh", "-c", "exit 3")).Code);
        engine.Adopt(made + "3");
        await engine.Ok("create", "--name", made, "--label", $"mark={mark}", "busybox", "true");

        async Task<string> Names(params string[] options) =>
            string.Join(' ', (await engine.Ok(["ps", "--filter", $"label=mark={mark}", "--format", "{{.Names}}", .. options])).Split('\n')
                .Order(StringComparer.Ordinal));

        Assert.Equal(running, await Names());
        Assert.Equal(string.Join(' ', new[] { done, made, made + "3", running }.Order(StringComparer.Ordinal)), await Names("-a"));
        Assert.Equal(string.Join(' ', new[] { done, made + "3" }.Order(StringComparer.Ordinal)), await Names("--filter", "status=exited"));
        Assert.Equal(made, await Names("--filter", "status=created"));
        Assert.Equal(made + "3", await Names("-a", "--filter", "exited=3"));
        Assert.Equal(running, await Names("-a", "--filter", "label=colour"));
        Assert.Equal(running, await Names("-a", "--filter", $"name={running[..^1]}"));
        Assert.Equal(running, await Names("-a", "--filter", $"id={await engine.Inspect(running, "{{.Id}}")}"));
        // With ancestor, both the name and the identifier of the image count.
        Assert.Equal(running, await Names("--filter", "ancestor=busybox"));
        Assert.Equal(running, await Names("--filter", $"ancestor={await engine.Ok("image", "inspect", "-f", "{{.Id}}", "busybox")}"));
        // Since and before are about creation.
        Assert.Equal(string.Join(' ', new[] { made, made + "3" }.Order(StringComparer.Ordinal)),
            await Names("-a", "--filter", $"since={done}"));
        Assert.Equal(running, await Names("-a", "--filter", $"before={done}"));
        Assert.Equal(made, await Names("-a", "-l"));
    }

    [Theory, EveryEngine]
    public async Task PrintsTheTable(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        string id =
            await engine.Ok("run", "-d", "--name", container, "-p", "127.0.0.1:18080:80", "-p", "18081:81/udp", "busybox", "sleep", "100");
        string[] lines = (await engine.Ok("ps", "--filter", $"name={container}")).Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Matches(@"^CONTAINER ID\s+IMAGE\s+COMMAND\s+CREATED\s+STATUS\s+PORTS\s+NAMES$", lines[0]);
        Assert.Matches($@"^{id[..12]}\s+busybox\s+""sleep 100""\s+(Less than a second|\d+ seconds?|About a minute) ago\s+Up "
            + $@".*127\.0\.0\.1:18080->80/tcp.*{container}$", lines[1]);
        Assert.Contains("0.0.0.0:18081->81/udp", lines[1]);
        Assert.Equal(id, await engine.Ok("ps", "-q", "--no-trunc", "--filter", $"name={container}"));
    }

    [Theory, EveryEngine]
    public async Task AnImageWhoseNameIsGoneIsShownByItsIdentifier(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName(), image = $"named-{container}";
        string id = await engine.Ok("image", "inspect", "-f", "{{.Id}}", "busybox");
        await engine.Ok("tag", "busybox", image);
        await engine.Ok("run", "-d", "--name", container, image, "sleep", "100");
        Task<string> Shown(params string[] options) =>
            engine.Ok(["ps", "--filter", $"name={container}", "--format", "{{.Image}}", .. options]);
        Assert.Equal(image, await Shown());
        await engine.Ok("rmi", image);
        Assert.Equal(id[7..19], await Shown());
        Assert.Equal(id, await Shown("--no-trunc"));
        Assert.Equal(image, await engine.Inspect(container, "{{.Config.Image}}"));
    }

    [Theory, EveryEngine]
    public async Task ApiListHasTheShapeClientsRead(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle("-p", "18082:80");
        ApiClient.Answer answer =
            await engine.Api.Get($"/v1.41/containers/json?filters={Uri.EscapeDataString($$"""{"name":["{{container}}"]}""")}");
        JsonNode one = Assert.Single(answer.Json.AsArray())!;
        Assert.Equal($"/{container}", one["Names"]![0]!.GetValue<string>());
        Assert.Equal("busybox", one["Image"]!.GetValue<string>());
        Assert.StartsWith("sha256:", one["ImageID"]!.GetValue<string>());
        Assert.Equal("running", one["State"]!.GetValue<string>());
        Assert.True(one["Created"]!.GetValue<long>() > 1_600_000_000);
        Assert.Contains(one["Ports"]!.AsArray(),
            p => p!["PrivatePort"]!.GetValue<int>() == 80 && p["PublicPort"]!.GetValue<int>() == 18082
                && p["Type"]!.GetValue<string>() == "tcp");
        // dockerd 20.10 repeats the client's word; docs/differences.md.
        Assert.Equal(engine.IsPeer ? "default" : "bridge", one["HostConfig"]!["NetworkMode"]!.GetValue<string>());
        Assert.Equal("172.17",
            string.Join('.', one["NetworkSettings"]!["Networks"]!["bridge"]!["IPAddress"]!.GetValue<string>().Split('.')[..2]));
    }
}
