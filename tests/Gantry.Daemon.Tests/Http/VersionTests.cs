using Gantry.Daemon.Host;
using Gantry.Daemon.Http;

namespace Gantry.Daemon.Tests.Http;

public sealed class VersionTests
{
    private static void Map(Router router)
    {
        PingRoutes.Map(router);
        router.Get("/version-seen", context => context.WriteTextAsync(context.Version.ToString()));
    }

    [Theory]
    [InlineData("/version-seen", "1.51")]
    [InlineData("/v1.24/version-seen", "1.24")]
    [InlineData("/v1.51/version-seen", "1.51")]
    public async Task ThePathNamesTheVersionOrMeansTheNewest(string target, string seen)
    {
        await using TestServer server = await TestServer.StartAsync(Map);
        Assert.EndsWith("\r\n\r\n" + seen, await server.GetAsync(target));
    }

    [Theory]
    [InlineData("/v1.60/_ping", "client version 1.60 is too new. Maximum supported API version is 1.51")]
    [InlineData("/v2.0/_ping", "client version 2.0 is too new. Maximum supported API version is 1.51")]
    [InlineData("/v1.21/images/json",
        "client version 1.21 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version")]
    [InlineData("/v1.12/_ping",
        "client version 1.12 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version")]
    public async Task VersionsThatWeDoNotSpeakAreRefusedInDockersWords(string target, string message)
    {
        await using TestServer server = await TestServer.StartAsync(Map);
        string answer = await server.GetAsync(target);
        Assert.StartsWith("HTTP/1.1 400 ", answer);
        Assert.EndsWith($"{{\"message\":\"{message}\"}}", answer);
        Assert.Contains("Api-Version: 1.51\r\n", answer);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task PingSaysWhatClientsNegotiateBy(string method)
    {
        await using TestServer server = await TestServer.StartAsync(Map);
        string answer = await server.AskAsync($"{method} /_ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer);
        foreach (string header in (string[])["Api-Version: 1.51", "Docker-Experimental: false", "Ostype: linux", "Builder-Version: 1",
            "Swarm: inactive", "Server: Gantry/"]) Assert.Contains($"{header}", answer);
        Assert.EndsWith(method == "GET" ? "\r\n\r\nOK" : "\r\n\r\n", answer);
    }
}
