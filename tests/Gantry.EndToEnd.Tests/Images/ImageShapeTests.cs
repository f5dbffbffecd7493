using System.Text.Json.Nodes;
using Gantry.EndToEnd.Engines;

namespace Gantry.EndToEnd.Images;

/// <summary>What the API says of images, by version: old clients find what they were written for.</summary>
public sealed class ImageShapeTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EngineDaemon]
    public async Task AsOf141(string name)
    {
        await using Engine engine = await Use(name);
        JsonObject image = (await engine.Api.Get("/v1.41/images/busybox/json")).Json.AsObject(), config = image["Config"]!.AsObject();
        Assert.Equal(image["Size"]!.GetValue<long>(), image["VirtualSize"]!.GetValue<long>());
        Assert.Equal("", image["Container"]!.GetValue<string>());
        foreach (JsonObject one in new[] { config, image["ContainerConfig"]!.AsObject() })
        {
            foreach (string field in new[] { "Hostname", "Domainname", "User", "Image", "WorkingDir" })
                Assert.Equal("", one[field]!.GetValue<string>());
            foreach (string field in new[] { "AttachStdin", "AttachStdout", "AttachStderr", "Tty", "OpenStdin", "StdinOnce" })
                Assert.False(one[field]!.GetValue<bool>());
            foreach (string field in new[] { "Volumes", "Entrypoint", "OnBuild" })
                Assert.True(one.ContainsKey(field) && one[field] is null, field);
        }
        foreach (string field in new[] { "Id", "RepoTags", "RepoDigests", "Parent", "Comment", "Created", "DockerVersion", "Author",
            "Architecture", "Os", "GraphDriver", "RootFS", "Metadata" })
            Assert.True(image.ContainsKey(field), field);
        JsonObject listed =
            (await engine.Api.Get("/v1.41/images/json?filters=%7B%22reference%22%3A%5B%22busybox%22%5D%7D")).Json[0]!.AsObject();
        Assert.Equal((-1, -1), (listed["Containers"]!.GetValue<int>(), listed["SharedSize"]!.GetValue<int>()));
        Assert.Equal(listed["Size"]!.GetValue<long>(), listed["VirtualSize"]!.GetValue<long>());
        JsonObject usage = (await engine.Api.Get("/v1.41/system/df")).Json.AsObject();
        // Whatever other tests have built.
        Assert.True(usage["BuilderSize"]!.GetValue<long>() >= 0);
        Assert.NotNull(usage["Images"]![0]!["VirtualSize"]);
    }

    [Theory, EngineDaemon(OursOnly = true)]
    public async Task WhatCameAndWentSince(string name)
    {
        await using Engine engine = await Use(name);
        foreach ((string version, string there, string gone) in new[]
        {
            ("1.43", "VirtualSize Container ContainerConfig", ""), ("1.44", "Container ContainerConfig", "VirtualSize"),
            ("1.45", "", "VirtualSize Container ContainerConfig"), ("1.51", "", "VirtualSize Container ContainerConfig"),
        })
        {
            JsonObject image = (await engine.Api.Get($"/v{version}/images/busybox/json")).Json.AsObject();
            foreach (string field in there.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                Assert.True(image.ContainsKey(field), $"{version} {field}");
            foreach (string field in gone.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                Assert.False(image.ContainsKey(field), $"{version} {field}");
        }
        Assert.True((await engine.Api.Get("/v1.49/images/busybox/json")).Json["Config"]!.AsObject().ContainsKey("Hostname"));
        JsonObject config = (await engine.Api.Get("/v1.50/images/busybox/json")).Json["Config"]!.AsObject();
        Assert.Equal(["Cmd", "Entrypoint", "Env", "Labels", "OnBuild", "User", "Volumes", "WorkingDir"],
            config.Select(field => field.Key).Order());
        JsonObject usage = (await engine.Api.Get("/v1.44/system/df?type=image")).Json.AsObject();
        Assert.False(usage.ContainsKey("BuilderSize") || usage["Images"]![0]!.AsObject().ContainsKey("VirtualSize"));
    }

    [Theory, EngineDaemon(OursOnly = true)]
    public async Task AnotherPlatformIsNotHere(string name)
    {
        await using Engine engine = await Use(name);
        string here = Uri.EscapeDataString("""{"os":"linux","architecture":"amd64"}"""),
            other = Uri.EscapeDataString("""{"os":"linux","architecture":"s390x"}""");
        foreach (string route in new[] { "history", "json", "get" })
        {
            Assert.Equal(200, (int)(await engine.Api.Get($"/images/busybox/{route}?platform={here}")).Status);
            ApiClient.Answer answer = await engine.Api.Get($"/images/busybox/{route}?platform={other}");
            Assert.Equal((404, "image with reference busybox was found but does not provide the specified platform (linux/s390x)"),
                ((int)answer.Status, answer.Message));
        }
        Assert.Equal(404, (int)(await engine.Api.Delete($"/images/busybox?platforms={other}")).Status);
        Assert.Equal(400, (int)(await engine.Api.Get($"/images/busybox/json?manifests=1&platform={here}")).Status);
        Assert.Equal(200, (int)(await engine.Api.Get("/images/busybox/json")).Status);
    }
}
