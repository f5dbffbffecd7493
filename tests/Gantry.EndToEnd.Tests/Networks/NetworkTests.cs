using System.Net;
using System.Text.Json.Nodes;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Networks;

/// <summary>Networks that users make, and containers that come and go in them.</summary>
public sealed class NetworkTests(SharedDaemons daemons) : EngineTests(daemons)
{
    private static int _names;

    private static string NewName(Engine engine) => $"net-{engine.Name}-{Interlocked.Increment(ref _names)}";

    [Theory, EveryEngine]
    public async Task NamesAreFreeButForThePredefinedOnes(string name)
    {
        await using Engine engine = await Use(name);
        foreach (string network in new[] { $"{NewName(engine)} with blanks", $"-{NewName(engine)}", $"{NewName(engine)}:ä/ö,",
            NewName(engine) + new string('n', 300) })
        {
            string id = await engine.Ok("network", "create", "--", network);
            Assert.Equal(network, await engine.Ok("network", "inspect", "-f", "{{.Name}}", id));
            await engine.Ok("network", "rm", id);
        }
        foreach (string network in new[] { "host", "none", "bridge", "default" })
        {
            ApiClient.Answer answer = await engine.Api.Post("/v1.41/networks/create", $$"""{"Name":"{{network}}","CheckDuplicate":true}""");
            Assert.Equal((HttpStatusCode.Forbidden, $"operation is not permitted on predefined {network} network "),
                (answer.Status, answer.Message));
        }
        foreach (string driver in new[] { "host", "null" })
        {
            ApiClient.Answer answer =
                await engine.Api.Post("/v1.41/networks/create", $$"""{"Name":"{{NewName(engine)}}","Driver":"{{driver}}"}""");
            Assert.Equal((HttpStatusCode.Forbidden, $"only one instance of \"{driver}\" network is allowed"),
                (answer.Status, answer.Message));
        }
    }

    [Theory, EveryEngine]
    public async Task PredefinedNetworksHaveNoAliases(string name)
    {
        await using Engine engine = await Use(name);
        foreach (string network in (string[])["default", "bridge", "host", "name=bridge,alias=other"])
        {
            string[] alias = network.Contains("alias=") ? [] : ["--network-alias", "foo"];
            Command.Result result = await engine.Run(["run", "--rm", "--network", network, .. alias, "busybox", "true"]);
            Assert.Equal(125, result.Code);
            Assert.Contains("network-scoped aliases are only supported for user-defined networks", result.Error);
        }
        // dockerd finds it when the container starts; docs/differences.md.
        if (engine.IsPeer) return;
        ApiClient.Answer answer = await engine.Api.Post("/v1.41/containers/create",
            """{"Image":"busybox","NetworkingConfig":{"EndpointsConfig":{"bridge":{"Aliases":["foo"]}}}}""");
        Assert.Equal((HttpStatusCode.BadRequest, "network-scoped alias is supported only for containers in user defined networks"),
            (answer.Status, answer.Message));
    }

    /// <summary>A namespace of its own, in which there is nothing; <c>NetworkDisabled</c> is in the API alone.</summary>
    [Theory, EngineDaemon]
    public async Task WithoutANetworkThereIsLoopbackAlone(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        ApiClient.Answer made = await engine.Api.Post($"/v1.41/containers/create?name={container}",
            """{"Image":"busybox","Cmd":["sleep","1000"],"NetworkDisabled":true}""");
        Assert.Equal(HttpStatusCode.Created, made.Status);
        await engine.Ok("start", container);
        Assert.Equal("lo", await engine.Ok("exec", container, "ls", "/sys/class/net"));
        Assert.Equal("{}", await engine.Ok("inspect", "-f", "{{json .NetworkSettings.Networks}}", container));
        await engine.Ok("restart", "-t", "0", container);
        Assert.Equal("lo", await engine.Ok("exec", container, "ls", "/sys/class/net"));
    }

    [Theory, EveryEngine]
    public async Task ContainersHaveTheLinkLocalAddressesThatTheyAskFor(string name)
    {
        await using Engine engine = await Use(name);
        string network = NewName(engine), container = await engine.RunIdle();
        await engine.Ok("network", "create", network);
        await engine.Ok("network", "connect", "--link-local-ip", "169.254.8.8", network, container);
        Assert.Contains("inet 169.254.8.8/16 ", await engine.Ok("exec", container, "ip", "address", "show", "eth1"));
        await engine.Ok("restart", "-t", "0", container);
        Assert.Contains("inet 169.254.8.8/16 ", await engine.Ok("exec", container, "ip", "address"));
        await engine.Ok("rm", "-f", container);
        await engine.Ok("network", "rm", network);
    }

    [Theory, EveryEngine(OursOnly = true)]
    public async Task WhoAsksForADriverThatIsNotThereIsToldWhichAre(string name)
    {
        await using Engine engine = await Use(name);
        Command.Result result = await engine.Run("network", "create", "-d", "nodriver", NewName(engine));
        Assert.Equal(1, result.Code);
        Assert.Contains("plugin not found; there are the drivers bridge, host, null", result.Error);
    }

    [Theory, EveryEngine]
    public async Task AContainerIsPublishedByTheNetworkThatLeadsOut(string name)
    {
        await using Engine engine = await Use(name);
        string inner = NewName(engine), outer = NewName(engine), further = "z" + NewName(engine);
        await engine.Ok("network", "create", "--internal", inner);
        await engine.Ok("network", "create", outer);
        await engine.Ok("network", "create", further);
        try
        {
            int port = Ports.Next();
            string container = engine.NewName("web");
            await engine.Ok("run", "-d", "--name", container, "--network", inner, "-p", $"{port}:80", "busybox", "sh", "-c",
                "mkdir /www; echo works > /www/index.html; exec httpd -f -h /www");
            async Task Is(string? way, bool answers)
            {
                Assert.Equal(answers ? $"{port}" : "",
                    await engine.Inspect(container, "{{with index .NetworkSettings.Ports \"80/tcp\"}}{{(index . 0).HostPort}}{{end}}"));
                string route = await engine.Ok("exec", container, "ip", "route");
                if (way is not null)
                    Assert.Contains(
                        $"default via {await engine.Ok("network", "inspect", "-f", "{{(index .IPAM.Config 0).Gateway}}", way)} ", route);
                if (answers)
                    await Eventually.True(async () => (await engine.Machine.Run("curl", "-s", "-m", "2",
                        $"http://127.0.0.1:{port}/")).Output == "works\n", $"answers through {way}");
            }

            await Is(null, answers: false);
            await engine.Ok("network", "connect", outer, container);
            await Is(outer, answers: true);
            await engine.Ok("network", "connect", further, container);
            await Is(outer, answers: true);
            await engine.Ok("network", "disconnect", outer, container);
            await Is(further, answers: true);

            string address = await engine.Inspect(container, $"{{{{(index .NetworkSettings.Networks \"{further}\").IPAddress}}}}");
            // dockerd forgets the lines of the other networks too.
            if (!engine.IsPeer) Assert.Contains(address, await engine.Ok("exec", container, "cat", "/etc/hosts"));
            await engine.Ok("restart", "-t", "0", container);
            await Is(further, answers: true);
            await engine.Ok("rm", "-f", container);
        }
        finally
        {
            await engine.Run("network", "rm", inner, outer, further);
        }
    }

    [Theory, EveryEngine]
    public async Task ARenamedContainerHasItsNewNameInItsNetworks(string name)
    {
        await using Engine engine = await Use(name);
        string network = NewName(engine), renamed = engine.NewName("renamed");
        await engine.Ok("network", "create", network);
        try
        {
            string container = await engine.RunIdle("--network", network, "--network-alias", "other");
            string id = await engine.Inspect(container, "{{.Id}}");
            await engine.Ok("rename", container, renamed);
            Assert.Equal(renamed, await engine.Ok("network", "inspect", "-f", "{{range .Containers}}{{.Name}}{{end}}", network));
            JsonNode Endpoint(ApiClient.Answer answer) => answer.Json["NetworkSettings"]!["Networks"]![network]!;
            // Clients before 1.45 find the short identifier among the aliases.
            Assert.Equal($"[\"other\",\"{id[..12]}\"]",
                Endpoint(await engine.Api.Get($"/v1.41/containers/{id}/json"))["Aliases"]!.ToJsonString());
            if (!engine.IsPeer)
                Assert.Equal("[\"other\"]", Endpoint(await engine.Api.Get($"/v1.45/containers/{id}/json"))["Aliases"]!.ToJsonString());
            await engine.Ok("rm", "-f", renamed);
        }
        finally
        {
            await engine.Run("network", "rm", network);
        }
    }

    [Theory, EveryEngine]
    public async Task WhoSharesAContainersNetworkHasItsNameAndNoneOfHisOwn(string name)
    {
        await using Engine engine = await Use(name);
        string owner = await engine.RunIdle("--hostname", "owner", "--domainname", "example.org");
        string guest = await engine.RunIdle("--network", $"container:{owner}");
        Assert.Equal("owner", await engine.Ok("exec", guest, "hostname"));
        Assert.Equal("owner example.org", await engine.Inspect(guest, "{{.Config.Hostname}} {{.Config.Domainname}}"));
        Assert.Equal("owner", await engine.Ok("exec", guest, "cat", "/etc/hostname"));
        Assert.Contains("Published ports are discarded when using host network mode",
            (await engine.Run("create", "--name", engine.NewName(), "--network", "host", "-p", "80:80", "busybox", "true")).Error);
        (string Option, string What)[] refused =
        [
            ("--hostname=own", "hostname and the network mode"),
            ("--publish=80:80", "port publishing and the container type network mode"),
            ("--publish-all", "port publishing and the container type network mode"),
            ("--expose=80", "port exposing and the container type network mode"),
            ("--add-host=a:192.0.2.1", "custom host-to-IP mapping and the network mode"),
            ("--dns=192.0.2.1", "dns and the network mode"),
        ];
        foreach ((string option, string what) in refused)
        {
            Command.Result result = await engine.Run("create", option, "--network", $"container:{owner}", "busybox", "true");
            Assert.NotEqual(0, result.Code);
            Assert.Contains($"conflicting options: {what}", result.All);
        }
    }

    [Theory, EveryEngine]
    public async Task HostPortZeroIsAnyThatIsFree(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle("-p", "0:80");
        Assert.NotEqual("0", await engine.Inspect(container, "{{(index (index .NetworkSettings.Ports \"80/tcp\") 0).HostPort}}"));
    }
}
