using Gantry.EndToEnd.Engines;

namespace Gantry.EndToEnd.BadInput;

/// <summary>What is asked of an engine outside of any cluster, without plugins and without a builder: the words are Docker's,
/// for clients look at them.</summary>
public sealed class UnbuiltRoutesTests(SharedDaemons daemons) : EngineTests(daemons)
{
    private const string NotAManager =
        "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again.";

    [Theory, EngineDaemon]
    public async Task OutsideOfACluster(string name)
    {
        await using Engine engine = await Use(name);
        foreach (string path in new[] { "swarm", "swarm/unlockkey", "nodes", "nodes/x", "services", "services/x",
            "services/x/logs?stdout=1", "tasks", "tasks/x", "secrets", "secrets/x", "configs", "configs/x" })
            Assert.Equal((path, 503, NotAManager), await Answer(path, engine.Api.Get($"/v1.41/{path}")));
        foreach (string path in new[] { "swarm/update?version=1", "services/create", "secrets/create", "configs/create",
            "nodes/x/update?version=1" })
            Assert.Equal((path, 503, NotAManager), await Answer(path, engine.Api.Post($"/v1.41/{path}", "{}")));
        foreach (string path in new[] { "nodes/x", "services/x", "secrets/x", "configs/x" })
            Assert.Equal((path, 503, NotAManager), await Answer(path, engine.Api.Delete($"/v1.41/{path}")));
        foreach (string path in new[] { "swarm/leave", "swarm/leave?force=1" })
            Assert.Equal((path, 503, "This node is not part of a swarm"), await Answer(path, engine.Api.Post($"/v1.41/{path}")));
        // The peer knows no volumes of a cluster yet.
        if (engine.IsPeer) return;
        Assert.Equal(("", 503, NotAManager), await Answer("", engine.Api.Post("/v1.44/volumes/create", """{"ClusterVolumeSpec":{}}""")));
        Assert.Equal(("", 503, "volume update only valid for cluster volumes, but swarm is unavailable"),
            await Answer("", engine.Api.Send(HttpMethod.Put, "/v1.44/volumes/x?version=1", new StringContent("{}"))));
    }

    [Theory, EngineDaemon]
    public async Task WithoutPluginsAndBuilder(string name)
    {
        await using Engine engine = await Use(name);
        Assert.Equal("[]", (await engine.Api.Get("/v1.41/plugins")).Body.Trim());
        Assert.Equal(("x", 404, "plugin \"x\" not found"), await Answer("x", engine.Api.Get("/v1.41/plugins/x/json")));
        Assert.Equal(("x", 404, "plugin \"x\" not found"), await Answer("x", engine.Api.Delete("/v1.41/plugins/x")));
        const string nothing = "/v1.41/build/prune?filters=%7B%22id%22%3A%5B%22none%22%5D%7D";
        Assert.Equal("{\"CachesDeleted\":null,\"SpaceReclaimed\":0}", (await engine.Api.Post(nothing)).Body.Trim());
        Assert.Equal(("session", 400, "no upgrade proto in request"), await Answer("session", engine.Api.Post("/v1.41/session")));
        if (!engine.IsPeer) Assert.Equal(501, (int)(await engine.Api.Post("/v1.41/swarm/init", "{}")).Status);
        if (!engine.IsPeer) Assert.Equal(400, (int)(await engine.Api.Post("/v1.41/build?version=2")).Status);
        if (!engine.IsPeer) Assert.Equal(501, (int)(await engine.Api.Get($"/v1.41/containers/{await engine.RunIdle()}/stats")).Status);
        if (!engine.IsPeer) Assert.Equal(404, (int)(await engine.Api.Get("/v1.41/containers/nosuch/stats")).Status);
        Assert.Equal((200, ""), await Options());

        async Task<(int, string)> Options()
        {
            ApiClient.Answer answer = await engine.Api.Send(HttpMethod.Options, "/v1.41/containers/json", null);
            return ((int)answer.Status, answer.Body);
        }
    }

    /// <summary>The program is named where it is, and is the first process.</summary>
    [Theory, EveryEngine]
    public async Task AnInitOfTheHost(string name)
    {
        await using Engine engine = await Use(name);
        Assert.SkipUnless(Daemons.Programs.Find("docker-init") is not null, "no docker-init on this host");
        Assert.Contains("Init Binary: docker-init", await engine.Ok("info"));
        Assert.StartsWith("/sbin/docker-init",
            await engine.Ok("run", "--rm", "--init", "--network", "none", "busybox", "sh", "-c", "tr '\\0' ' ' < /proc/1/cmdline"));
    }

    [Theory, EveryEngine]
    public async Task TheWorkingDirectoryIsThereBeforeTheFirstStart(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Ok("create", "--name", container, "-w", "/made/here", "busybox", "true");
        Assert.Contains("A /made/here", await engine.Ok("diff", container));
        ApiClient.Answer refused =
            await engine.Api.Post("/v1.41/containers/create", """{"Image":"busybox","Cmd":["true"],"WorkingDir":"/etc/passwd"}""");
        Assert.True((int)refused.Status == (engine.IsPeer ? 500 : 400), refused.Body);
        Assert.Equal("Cannot mkdir: /etc/passwd is not a directory", refused.Message);
    }

    [Theory, EngineDaemon]
    public async Task AnArchiveOfJunkIsTheAnswersLastLine(string name)
    {
        await using Engine engine = await Use(name);
        using ByteArrayContent junk = new(new byte[4000]);
        ApiClient.Answer answer = await engine.Api.Send(HttpMethod.Post, "/v1.41/images/load", junk);
        Assert.Equal(200, (int)answer.Status);
        Assert.NotEqual("", answer.Json["error"]!.GetValue<string>());
        Assert.Equal(answer.Json["error"]!.GetValue<string>(), answer.Json["errorDetail"]!["message"]!.GetValue<string>());
    }

    [Theory, EveryEngine]
    public async Task ANameWithAnEmptyTagIsNone(string name)
    {
        await using Engine engine = await Use(name);
        Processes.Command.Result tag = await engine.Run("tag", "busybox", "foo:"), pull = await engine.Run("pull", "foo:");
        Assert.Equal((1, 1), (tag.Code, pull.Code));
        Assert.Contains("Error parsing reference: \"foo:\" is not a valid repository/tag: invalid reference format", tag.Error);
        Assert.Contains("invalid reference format", pull.Error);
    }

    private static async Task<(string, int, string)> Answer(string path, Task<ApiClient.Answer> asked)
    {
        ApiClient.Answer answer = await asked;
        return (path, (int)answer.Status, answer.Message);
    }
}
