using System.Net.Sockets;
using System.Text;
using Gantry.EndToEnd.Engines;

namespace Gantry.EndToEnd.BadInput;

/// <summary>What no well-behaved client sends.</summary>
public sealed class ApiTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EngineDaemon]
    public async Task BadJson(string name)
    {
        await using Engine engine = await Use(name);
        foreach (string body in new[] { "{", "not json", "[]", "\"text\"", """{"Image":""", "" })
        {
            ApiClient.Answer answer = await engine.Api.Post("/v1.41/containers/create", body);
            // dockerd 20.10 says 500 for most; docs/differences.md.
            Assert.True((int)answer.Status == 400 || (engine.IsPeer && (int)answer.Status == 500),
                $"{body}: {(int)answer.Status} {answer.Body}");
            Assert.NotEqual("", answer.Message);
        }
    }

    [Theory, EngineDaemon]
    public async Task WrongFieldTypes(string name)
    {
        await using Engine engine = await Use(name);
        foreach (string body in new[]
        {
            """{"Image":5}""", """{"Image":"busybox","Tty":"yes"}""", """{"Image":"busybox","HostConfig":[]}""",
            """{"Image":"busybox","HostConfig":{"Memory":"100m"}}""",
            """{"Image":"busybox","Env":{"A":"b"}}""", """{"Image":"busybox","HostConfig":{"PortBindings":"80"}}""",
        })
        {
            ApiClient.Answer answer = await engine.Api.Post("/v1.41/containers/create", body);
            // dockerd 20.10 says 500 for most; docs/differences.md.
            Assert.True((int)answer.Status == 400 || (engine.IsPeer && (int)answer.Status == 500),
                $"{body}: {(int)answer.Status} {answer.Body}");
            Assert.NotEqual("", answer.Message);
        }
    }

    [Theory, EngineDaemon]
    public async Task UnknownFieldsAreForgiven(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        ApiClient.Answer answer = await engine.Api.Post($"/v1.41/containers/create?name={container}",
            """{"Image":"busybox","Cmd":["true"],"NewerThanYou":{"a":[1,2]},"HostConfig":{"Also":null}}""");
        Assert.True((int)answer.Status == 201, answer.Body);
    }

    [Theory, EngineDaemon(OursOnly = true)]
    public async Task AHugeBodyIsRefusedNotSwallowed(string name)
    {
        await using Engine engine = await Use(name);
        string body = $$"""{"Image":"busybox","Cmd":["{{new string('x', 10 << 20)}}"]}""";
        ApiClient.Answer answer = await engine.Api.Post("/v1.41/containers/create", body);
        Assert.InRange((int)answer.Status, 400, 413);
        Assert.Equal("OK", (await engine.Api.Get("/_ping")).Body);
    }

    [Theory, EngineDaemon]
    public async Task UnknownRouteAndWrongMethod(string name)
    {
        await using Engine engine = await Use(name);
        ApiClient.Answer unknown = await engine.Api.Get("/v1.41/no/such/route");
        Assert.Equal((404, "page not found"), ((int)unknown.Status, unknown.Message));
        Assert.InRange((int)(await engine.Api.Send(HttpMethod.Put, "/v1.41/containers/json", null)).Status, 404, 405);
    }

    [Theory, EngineDaemon]
    public async Task VersionsOutOfRange(string name)
    {
        await using Engine engine = await Use(name);
        ApiClient.Answer future = await engine.Api.Get("/v1.99/containers/json");
        Assert.Equal(400, (int)future.Status);
        Assert.Contains("client version 1.99 is too new. Maximum supported API version is", future.Body);
        ApiClient.Answer past = await engine.Api.Get("/v1.5/containers/json");
        Assert.Equal(400, (int)past.Status);
        Assert.Contains("client version 1.5 is too old", past.Body);
    }

    [Theory, EngineDaemon]
    public async Task BadQueries(string name)
    {
        await using Engine engine = await Use(name);
        foreach (string path in new[] { "/v1.41/containers/json?filters=not-json",
            "/v1.41/containers/json?filters=%7B%22no-such-filter%22%3A%5B%22x%22%5D%7D",
            "/v1.41/containers/json?filters=%7B%22status%22%3A%5B%22odd%22%5D%7D", "/v1.41/containers/json?limit=many" })
        {
            ApiClient.Answer answer = await engine.Api.Get(path);
            Assert.True((int)answer.Status is 400 or 500, $"{path}: {(int)answer.Status} {answer.Body}");
            if (!engine.IsPeer) Assert.Equal(400, (int)answer.Status);
        }
        ApiClient.Answer signal = await engine.Api.Post($"/v1.41/containers/{await engine.RunIdle()}/kill?signal=NONSENSE");
        Assert.True((int)signal.Status == 400, signal.Body);
        Assert.Contains("nvalid signal: NONSENSE", signal.Message);
    }

    [Theory, EngineDaemon]
    public async Task OddNamesInThePath(string name)
    {
        await using Engine engine = await Use(name);
        foreach (string path in new[] { "..%2f..%2fetc%2fpasswd", "%00", new string('a', 5000), "%ff%fe" })
        {
            ApiClient.Answer answer = await engine.Api.Get($"/v1.41/containers/{path}/json");
            Assert.InRange((int)answer.Status, 400, 404);
        }
        Assert.Equal("OK", (await engine.Api.Get("/_ping")).Body);
    }

    [Theory, EngineDaemon(OursOnly = true)]
    public async Task GarbageOnTheSocketHarmsNobody(string name)
    {
        await using Engine engine = await Use(name);
        foreach (string bytes in new[] { "\0\0\0\0", "GET",
            "POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
            "POST /v1.41/containers/x/attach HTTP/1.1\r\nHost: x\r\nUpgrade: tcp\r\nConnection: Upgrade\r\n\r\n" })
        {
            using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(engine.Daemon.Socket));
            socket.Send(Encoding.Latin1.GetBytes(bytes));
        }
        Assert.Equal("OK", (await engine.Api.Get("/_ping")).Body);
        Assert.True(Processes.Signals.Lives(engine.Daemon.ProcessId));
    }
}
