using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Registries;

/// <summary>Pull, push, import and login as they are asked for by HTTP, by parameters that no command line sends;
/// beside Debian's daemon.</summary>
public sealed class RegistryApiTests(SharedDaemons daemons) : EngineTests(daemons)
{
    private static readonly string Zeros = $"sha256:{new string('0', 64)}";

    private static async Task<ApiClient.Answer> Post(Engine engine, string path, string? body = null, string? auth = "e30=")
    {
        using HttpRequestMessage request =
            new(HttpMethod.Post, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        if (auth is not null) request.Headers.TryAddWithoutValidation("X-Registry-Auth", auth);
        using HttpResponseMessage response = await engine.Api.Http.SendAsync(request);
        return new ApiClient.Answer(response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    [Theory, EngineDaemon]
    public async Task WhatIsWrongIsSaidBeforeAnythingBegins(string name)
    {
        await using Engine engine = await Use(name);
        foreach ((string query, HttpStatusCode status, string message) in (IReadOnlyList<(string, HttpStatusCode, string)>)
        [
            ("fromImage=scratch&tag=latest", HttpStatusCode.Forbidden, "'scratch' is a reserved name"),
            ("fromImage=a&tag=@", HttpStatusCode.BadRequest, "invalid tag format"),
            ($"fromSrc=-&repo=x/y@{Zeros}", HttpStatusCode.BadRequest, "cannot import digest reference"),
            ("fromSrc=-&repo=x/y&changes=NONSENSE", HttpStatusCode.BadRequest, "nonsense is not a valid change command"),
            ("fromSrc=-&repo=x/y&changes=FROM%20a", HttpStatusCode.BadRequest, "from is not a valid change command"),
            ("fromSrc=-&repo=x/y&platform=windows/amd64", HttpStatusCode.BadRequest, "operating system is not supported"),
        ])
        {
            ApiClient.Answer answer = await Post(engine, $"/v1.41/images/create?{query}");
            Assert.Equal((status, message), (answer.Status, answer.Message));
        }
    }

    [Theory, EngineDaemon]
    public async Task TagsAndDigestsStandInNameOrParameter(string name)
    {
        await using Engine engine = await Use(name);
        await using TestRegistry registry = await TestRegistry.Start(engine.Machine);
        string repository = $"{registry.Name}/tests/api";
        await engine.Ok("tag", "busybox", $"{repository}:1");
        ApiClient.Answer pushed = await Post(engine, $"/v1.41/images/{repository}/push?tag=1");
        Assert.Equal(HttpStatusCode.OK, pushed.Status);
        string digest = JsonNode.Parse(pushed.Body.Split('\n')
            .Single(static line => line.Contains("aux", StringComparison.Ordinal)))!["aux"]!["Digest"]!.GetValue<string>();
        Assert.Contains("Layer already exists", (await Post(engine, $"/v1.41/images/{repository}:1/push")).Body);
        Assert.Contains($"tag does not exist: {repository}:gone", (await Post(engine, $"/v1.41/images/{repository}/push?tag=gone")).Body);
        Assert.Contains("invalid tag format", (await Post(engine, $"/v1.41/images/{repository}/push?tag=@")).Body);
        // Clients from before the header send what they know of the user as body.
        Assert.Contains("Layer already exists",
            (await Post(engine, $"/v1.41/images/{repository}/push?tag=1", """{"username":"me","password":"secret"}""", auth: null)).Body);

        foreach (string query in (string[])[$"fromImage={repository}&tag=1", $"fromImage={repository}:1",
            $"fromImage={repository}:gone&tag=1", $"fromImage={repository}&tag={digest}", $"fromImage={repository}@{digest}"])
        {
            ApiClient.Answer answer = await Post(engine, $"/v1.41/images/create?{query}");
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.Contains("Image is up to date", answer.Body);
        }
        if (name != "dockerd")
            Assert.Contains("Image is up to date",
                (await Post(engine, $"/images/create?fromImage={repository}@{digest}&tag=ignored")).Body);
        // This parameter is younger than the version.
        Assert.Contains("Image is up to date",
            (await Post(engine, $"/v1.31/images/create?fromImage={repository}&tag=1&platform=linux/s390x")).Body);
        await engine.Ok("rmi", $"{repository}:1");
    }

    [Theory, EngineDaemon(OursOnly = true)]
    public async Task APushMayNameThePlatformThatItMeans(string name)
    {
        await using Engine engine = await Use(name);
        await using TestRegistry registry = await TestRegistry.Start(engine.Machine);
        string repository = $"{registry.Name}/tests/platform";
        await engine.Ok("tag", "busybox", $"{repository}:1");
        string Push(string version, string platform) =>
            $"/v{version}/images/{repository}/push?tag=1&platform={Uri.EscapeDataString(platform)}";
        ApiClient.Answer other = await Post(engine, Push("1.46", """{"os":"linux","architecture":"s390x"}"""));
        Assert.Equal((HttpStatusCode.NotFound,
            $"image with reference {repository}:1 was found but does not provide the specified platform (linux/s390x)"),
            (other.Status, other.Message));
        Assert.Equal(HttpStatusCode.BadRequest, (await Post(engine, Push("1.46", "{"))).Status);
        Assert.Contains("Pushed", (await Post(engine, Push("1.45", "{"))).Body);
        Assert.Contains("Layer already exists", (await Post(engine, Push("1.51", """{"os":"linux","architecture":"amd64"}"""))).Body);
        await engine.Ok("rmi", $"{repository}:1");
    }

    [Theory, EngineDaemon]
    public async Task ImportFetchesFromAnAddress(string name)
    {
        await using Engine engine = await Use(name);
        Assert.SkipUnless(Programs.Find("python3") is not null, "python3 is not installed");
        string directory = Directory.CreateTempSubdirectory("gantry-address").FullName;
        try
        {
            (await Command.Run("sh", "-c", $"cd {directory} && mkdir root && echo hello > root/file && tar -czf archive.tar.gz -C root ."))
                .Succeeded();
            await using RunningProcess server = new(engine.Machine.Enter[0],
                [.. engine.Machine.Enter.Skip(1), "python3", "-u", "-m", "http.server", "--bind", "127.0.0.1", "--directory", directory,
                    "0"]);
            await server.Shows("port ");
            string host = $"127.0.0.1:{server.Output[(server.Output.IndexOf("port ", StringComparison.Ordinal) + 5)..].Split(' ')[0]}",
                image = engine.NewName("fetched");
            ApiClient.Answer answer =
                await Post(engine, $"/v1.41/images/create?fromSrc={host}/archive.tar.gz&repo={image}&tag=1&changes=CMD%20x");
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.Contains($"Downloading from http://{host}/archive.tar.gz", answer.Body);
            Assert.Equal($"Imported from http://{host}/archive.tar.gz",
                (await engine.Api.Get($"/images/{image}:1/json")).Json["Comment"]!.GetValue<string>());
            await engine.Ok("rmi", $"{image}:1");
            answer = await Post(engine, $"/v1.41/images/create?fromSrc=http://{host}/gone&repo={image}");
            Assert.Equal(HttpStatusCode.NotFound, answer.Status);
            Assert.StartsWith($"failed to GET http://{host}/gone with status 404 File not found", answer.Message, StringComparison.Ordinal);
            answer = await Post(engine, $"/v1.41/images/create?fromSrc=http://127.0.0.1:9/gone&repo={image}");
            Assert.Equal("Get \"http://127.0.0.1:9/gone\": dial tcp 127.0.0.1:9: connect: connection refused", answer.Message);
            if (name == "dockerd") return;
            Assert.Equal(HttpStatusCode.BadRequest, (await Post(engine, "/images/create?fromSrc=file:///etc/passwd")).Status);
            Assert.Equal(HttpStatusCode.BadRequest,
                (await Post(engine, $"/images/create?fromSrc=http://{host}/archive.tar.gz&changes=NONSENSE")).Status);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory, EngineDaemon]
    public async Task ALoginAnswersWithBothFields(string name)
    {
        await using Engine engine = await Use(name);
        await using TestRegistry registry = await TestRegistry.Start(engine.Machine);
        foreach (string server in (string[])[registry.Name, $"http://{registry.Name}/v2/"])
        {
            ApiClient.Answer answer =
                await Post(engine, "/v1.41/auth", $$"""{"username":"me","password":"secret","serveraddress":"{{server}}"}""", auth: null);
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.Equal(("Login Succeeded", ""),
                (answer.Json["Status"]!.GetValue<string>(), answer.Json["IdentityToken"]!.GetValue<string>()));
        }
        await registry.Kill();
        ApiClient.Answer refused =
            await Post(engine, "/v1.41/auth", $$"""{"username":"me","password":"secret","serveraddress":"127.0.0.1:9"}""", auth: null);
        Assert.Equal("Get \"http://127.0.0.1:9/v2/\": dial tcp 127.0.0.1:9: connect: connection refused", refused.Message);
    }
}
