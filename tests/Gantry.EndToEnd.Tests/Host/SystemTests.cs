using System.Globalization;
using System.Text.Json.Nodes;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Host;

public sealed class SystemTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EveryEngine]
    public async Task VersionNamesClientAndServer(string name)
    {
        await using Engine engine = await Use(name);
        string version = await engine.Ok("version");
        Assert.Matches(@"(?s)Client:.*Version:.*API version:.*Server:.*Version:.*API version:", version);
        Assert.Matches(@"^\d+\.\d+", await engine.Ok("version", "-f", "{{.Server.Version}}"));
        Assert.Matches(@"^1\.\d+ linux amd64$",
            await engine.Ok("version", "--format", "{{.Server.APIVersion}} {{.Server.Os}} {{.Server.Arch}}"));
    }

    [Theory, EveryEngine]
    public async Task InfoCountsAndNamesTheHost(string name)
    {
        await using Engine engine = await Use(name);
        await engine.RunIdle();
        string info = await engine.Ok("info");
        foreach (string line in new[] { "Containers:", "Running:", "Images:", "Storage Driver: overlay2", "Logging Driver: json-file",
            "Cgroup Version:", "Kernel Version:", "Operating System: Debian", "CPUs: ", "Total Memory:",
            "Docker Root Dir: " + engine.Daemon.DataRoot })
        {
            Assert.Contains(line, info);
        }
        Assert.True(int.Parse(await engine.Ok("info", "-f", "{{.ContainersRunning}}"), CultureInfo.InvariantCulture) >= 1);
    }

    [Theory, EngineDaemon]
    public async Task PingTellsTheVersion(string name)
    {
        await using Engine engine = await Use(name);
        foreach (HttpMethod method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            using HttpResponseMessage answer = await engine.Api.Http.SendAsync(new HttpRequestMessage(method, "/_ping"));
            Assert.Equal(200, (int)answer.StatusCode);
            Assert.Matches(@"^1\.\d\d$", Assert.Single(answer.Headers.GetValues("Api-Version")));
            Assert.Equal("linux", Assert.Single(answer.Headers.GetValues("Ostype")));
            Assert.Equal(method == HttpMethod.Get ? "OK" : "", await answer.Content.ReadAsStringAsync());
        }
    }

    [Theory, EngineDaemon]
    public async Task EveryApiVersionIsServed(string name)
    {
        await using Engine engine = await Use(name);
        string highest = (await engine.Api.Get("/version")).Json["ApiVersion"]!.GetValue<string>();
        if (!engine.IsPeer) Assert.Equal("1.51", highest);
        for (int minor = 24; minor <= int.Parse(highest.Split('.')[1], CultureInfo.InvariantCulture); minor++)
        {
            ApiClient.Answer answer = await engine.Api.Get($"/v1.{minor}/containers/json?all=1");
            Assert.True((int)answer.Status == 200, $"1.{minor}: {answer.Body}");
            Assert.IsType<JsonArray>(answer.Json);
        }
    }

    [Theory, EveryEngine(OursOnly = true)]
    public async Task AnOlderClientIsServed(string name)
    {
        Assert.SkipUnless(name == "docker", "only the stock client can be told its version");
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle();
        foreach (string version in new[] { "1.24", "1.35", "1.41", "1.50" })
        {
            Command.Result result = await Command.Run("env", $"DOCKER_API_VERSION={version}", engine.Client, "-H", engine.Daemon.Host,
                "ps", "--filter", $"name={container}", "--format", "{{.Names}} {{.Image}}");
            Assert.Equal($"{container} busybox", result.Succeeded());
        }
    }

    [Theory, EveryEngine(OursOnly = true)]
    public async Task TheSocketBelongsToItsGroupAlone(string name)
    {
        await using Engine engine = await Use(name);
        UnixFileMode mode = File.GetUnixFileMode(engine.Daemon.Socket);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite, mode);
        if (name == "gantry")
        {
            Command.Result result = await Command.Run("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", engine.Client,
                "-H", engine.Daemon.Host, "ps");
            Assert.Equal(1, result.Code);
            Assert.Contains("permission denied", result.Error);
            Assert.Contains("group", result.Error);
        }
    }
}
