using Gantry.Api.Containers;
using Gantry.Api.Execs;
using Gantry.Api.Wire;
using Gantry.Daemon.Http;

namespace Gantry.Daemon.Tests.Http;

public sealed class BodyTests
{
    private static void Map(Router router)
    {
        router.Post("/create", async context =>
        {
            ContainerCreateRequest request = await context.RequireJsonAsync(ApiJson.Wire.ContainerCreateRequest);
            await context.WriteTextAsync($"image {request.Image} memory {request.HostConfig?.Memory}");
        });
        router.Post("/optional", async context =>
            await context.WriteTextAsync(await context.ReadJsonAsync(ApiJson.Wire.ExecStartRequest) is null ? "none" : "some"));
    }

    private static async Task<string> PostAsync(string target, string body, string contentType = "application/json")
    {
        await using TestServer server = await TestServer.StartAsync(Map);
        return await server.PostAsync(target, body, contentType);
    }

    [Theory]
    [InlineData("{\"Image\":\"a\"}", "image a memory ")]
    [InlineData("{\"image\":\"a\",\"HostConfig\":{\"Memory\":5,\"NewThing\":[1,{}]},\"Unknown\":{}}", "image a memory 5")]
    [InlineData("{\"Image\":\"a\",\"HostConfig\":{\"Memory\":null}}", "image a memory 0")]
    [InlineData("{\"Image\":\"a\\\\u0000\"}", "image a\\u0000 memory ")]
    [InlineData("{\"Image\":\"a\",\"Labels\":{\"a\":null},\"HostConfig\":{\"Binds\":[null],\"Ulimits\":[null],"
        + "\"PortBindings\":{\"80\":[null]}}}", "image a memory 0")]
    public async Task UnknownFieldsAndNullsAndAnyCaseAreFine(string body, string answer) =>
        Assert.EndsWith(answer, await PostAsync("/create", body));

    [Theory]
    [InlineData("", "invalid JSON: got EOF while reading request body")]
    [InlineData("null", "invalid JSON: got EOF while reading request body")]
    [InlineData("{\"Image\":5}", "invalid JSON: field Image has the wrong type: found a number")]
    [InlineData("{\"HostConfig\":{\"Memory\":\"5\"}}", "invalid JSON: field HostConfig.Memory has the wrong type: found a string")]
    [InlineData("{\"HostConfig\":{\"Memory\":99999999999999999999}}",
        "invalid JSON: field HostConfig.Memory has the wrong type: found a number (or one that is out of range)")]
    [InlineData("{\"HostConfig\":[]}", "invalid JSON: field HostConfig has the wrong type: found an array")]
    [InlineData("[]", "invalid JSON: the body has the wrong type: found an array")]
    [InlineData("{\"HostConfig\":{\"Binds\":[5]}}", "invalid JSON: field HostConfig.Binds has the wrong type: found a number")]
    [InlineData("{\"Labels\":{\"a\":1}}", "invalid JSON: field Labels has the wrong type: found a number")]
    [InlineData("{\"WorkingDir\":\"/a\\u0000b\"}", "invalid JSON: field WorkingDir holds a NUL byte")]
    [InlineData("{\"HostConfig\":{\"Binds\":[\"/a\\\\\\u0000:/b\"]}}", "invalid JSON: field Binds holds a NUL byte")]
    [InlineData("{\"Labels\":{\"\\u0000\":\"b\"}}", "invalid JSON: field Labels holds a NUL byte")]
    public async Task WrongTypesAreNamed(string body, string message)
    {
        string answer = await PostAsync("/create", body);
        Assert.StartsWith("HTTP/1.1 400 ", answer);
        Assert.Contains($"{{\"message\":\"{message}", answer);
    }

    [Theory]
    [InlineData("{\"Image\":")]
    [InlineData("not json")]
    [InlineData("{} {}")]
    public async Task BrokenJsonIsSaidToBeBroken(string body)
    {
        string answer = await PostAsync("/create", body);
        Assert.StartsWith("HTTP/1.1 400 ", answer);
        Assert.Contains("{\"message\":\"invalid JSON: ", answer);
        Assert.Contains("(line 1, byte ", answer);
    }

    [Theory]
    [InlineData("text/plain", "unsupported Content-Type header (text/plain): must be 'application/json'")]
    [InlineData("", "malformed Content-Type header (): mime: no media type")]
    public async Task ABodyMustCallItselfJson(string type, string message)
    {
        string answer = await PostAsync("/create", "{}", type);
        Assert.StartsWith("HTTP/1.1 400 ", answer);
        Assert.Contains(message, answer);
    }

    [Fact]
    public async Task ContentTypeMayHaveParameters() =>
        Assert.Contains("image a", await PostAsync("/create", "{\"Image\":\"a\"}", "application/json; charset=utf-8"));

    [Theory]
    [InlineData("", "none")]
    [InlineData("{}", "some")]
    public async Task ABodyMayBeOptional(string body, string answer) => Assert.EndsWith(answer, await PostAsync("/optional", body));

    [Fact]
    public async Task ALargeBodyIsRefusedByItsLengthAlone()
    {
        await using TestServer server = await TestServer.StartAsync(Map);
        using RawClient client = await server.ConnectAsync();
        // Nothing of the ten megabytes is sent: the answer must not wait for them.
        await client.SendAsync("POST /create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10485760\r\n\r\n");
        string head = await client.ReadUntilAsync("\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 413 ", head);
        await client.ReadUntilAsync("request body too large: this request takes at most 4194304 bytes of JSON\"}");
    }

    [Fact]
    public async Task ALargeBodyOfUnknownLengthIsCutOff()
    {
        await using TestServer server = await TestServer.StartAsync(Map);
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("POST /create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
        string chunk = $"10000\r\n{new string(' ', 65536)}\r\n";
        for (int i = 0; i < 65; i++) await client.SendAsync(chunk);
        Assert.StartsWith("HTTP/1.1 413 ", await client.ReadUntilAsync("\r\n\r\n"));
    }
}
