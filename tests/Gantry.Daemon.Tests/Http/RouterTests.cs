using Gantry.Daemon.Http;

namespace Gantry.Daemon.Tests.Http;

public sealed class RouterTests
{
    private static void Map(Router router)
    {
        router.Get("/images/{name...}/json", context => context.WriteTextAsync($"inspect {context["name"]}"));
        router.Get("/images/json", context => context.WriteTextAsync("list"));
        router.Delete("/images/{name...}", context => context.WriteTextAsync($"remove {context["name"]}"));
        router.Get("/volumes/{name}", context => context.WriteTextAsync($"volume {context["name"]}"));
        router.Get("/volumes/special", context => context.WriteTextAsync("the literal one"));
    }

    [Theory]
    [InlineData("GET", "/images/json", "list")]
    [InlineData("GET", "/v1.40/images/json?all=1", "list")]
    [InlineData("GET", "/images/busybox/json", "inspect busybox")]
    [InlineData("GET", "/images/host:5000/a/b:tag/json", "inspect host:5000/a/b:tag")]
    [InlineData("GET", "/images/a%2Fb%3Alatest/json", "inspect a/b:latest")]
    [InlineData("GET", "/images/json/json", "inspect json")]
    [InlineData("DELETE", "/images/a/b", "remove a/b")]
    [InlineData("GET", "/volumes/special", "the literal one")]
    [InlineData("GET", "/volumes/other", "volume other")]
    public async Task PathsFindTheirHandler(string method, string target, string answer)
    {
        await using TestServer server = await TestServer.StartAsync(Map);
        Assert.EndsWith($"\r\n\r\n{answer}", await server.AskAsync($"{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    }

    [Theory]
    [InlineData("GET", "/nothing")]
    [InlineData("GET", "/")]
    [InlineData("POST", "/images/json")]
    [InlineData("GET", "/volumes/a/b")]
    [InlineData("GET", "/images//json/x")]
    public async Task WhatNobodyServesIsNotFound(string method, string target)
    {
        await using TestServer server = await TestServer.StartAsync(Map);
        string answer = await server.AskAsync($"{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 404 ", answer);
        Assert.EndsWith("{\"message\":\"page not found\"}", answer);
    }
}
