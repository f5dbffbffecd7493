using System.Text.Json.Nodes;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Registries;

/// <summary>What a registry has, without fetching it.</summary>
public sealed class SearchTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EveryEngine(OursOnly = true)]
    public async Task APrivateRegistryIsSearchedByItsCatalog(string name)
    {
        await using Engine engine = await Use(name);
        await using TestRegistry registry = await TestRegistry.Start(engine.Machine);
        foreach (string repository in new[] { "tools/alpha", "tools/beta", "other/alphabet" })
        {
            await engine.Ok("tag", "busybox", $"{registry.Name}/{repository}:1");
            await engine.Ok("push", "-q", $"{registry.Name}/{repository}:1");
            await engine.Ok("rmi", $"{registry.Name}/{repository}:1");
        }
        string found = await engine.Ok("search", $"{registry.Name}/alpha");
        Assert.Matches("^NAME +DESCRIPTION +STARS +OFFICIAL\n", found);
        Assert.Contains($"{registry.Name}/tools/alpha", found);
        Assert.Contains($"{registry.Name}/other/alphabet", found);
        Assert.DoesNotContain("beta", found);
        Assert.Single((await engine.Ok("search", "--limit", "1", "--format", "{{.Name}}", $"{registry.Name}/alpha")).Split('\n'));
        Assert.Equal("", await engine.Ok("search", "--filter", "stars=3", "--format", "{{.Name}}", $"{registry.Name}/alpha"));
        Command.Result wrong = await engine.Run("search", "--limit", "101", $"{registry.Name}/alpha");
        Assert.Equal(1, wrong.Code);
        Assert.Contains("limit 101 is outside the range of [1, 100]", wrong.Error);
    }

    /// <summary>The same answers of an old registry, seen by both clients through our daemon and through Debian's.</summary>
    [Theory, EveryEngine]
    public async Task AnIndexAnswersItself(string name)
    {
        await using Engine engine = await Use(name);
        Assert.SkipUnless(Programs.Find("python3") is not null, "python3 is not installed");
        string directory = Directory.CreateTempSubdirectory("gantry-index").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(directory, "index.py"), """
                import http.server, json
                class Index(http.server.BaseHTTPRequestHandler):
                    def do_GET(self):
                        self.send_response(200 if 'search' in self.path or self.path.startswith('/v1/_ping') else 404)
                        self.send_header('X-Docker-Registry-Version', '0.6')
                        self.send_header('X-Docker-Registry-Standalone', 'true')
                        self.end_headers()
                        if 'search' in self.path:
                            assert 'q=word' in self.path and 'n=5' in self.path
                            self.wfile.write(json.dumps({'results': [
                                {'name': 'word', 'description': 'The first.\nOf two lines, and longer than what a table has room for.',
                                  'star_count': 7, 'is_official': True, 'is_automated': True},
                                {'name': 'me/word', 'description': '', 'star_count': 2, 'is_official': False,
                                  'is_automated': False}]}).encode())
                        else: self.wfile.write(b'{"standalone": true}')
                    def log_message(self, *args): pass
                server = http.server.HTTPServer(('127.0.0.1', 0), Index)
                print('port', server.server_port, flush=True)
                server.serve_forever()
                """);
            await using RunningProcess index =
                new(engine.Machine.Enter[0], [.. engine.Machine.Enter.Skip(1), "python3", Path.Combine(directory, "index.py")]);
            await index.Shows("port ");
            string host = $"localhost:{index.Output.Trim()["port ".Length..]}";
            Assert.Equal($"""
                NAME      DESCRIPTION                                     STARS     OFFICIAL
                word      The first. Of two lines, and longer than wha…   7         [OK]
                me/word                                                   2
                """,
                    string.Join('\n', (await engine.Ok("search", "--limit", "5", $"{host}/word")).Split('\n')
                        .Select(static line => line.TrimEnd())));
            Assert.Equal("word",
                await engine.Ok("search", "--limit", "5", "--filter", "is-official=true", "--format", "{{.Name}}", $"{host}/word"));
            Assert.Equal("word", await engine.Ok("search", "--limit", "5", "--filter", "stars=3", "--format", "{{.Name}}", $"{host}/word"));
            string query = $"images/search?term={host}/word&limit=5&filters={Uri.EscapeDataString("""{"is-automated":["true"]}""")}";
            Assert.True((await engine.Api.Get($"/v1.41/{query}")).Json[0]!["is_automated"]!.GetValue<bool>());
            // Since then nothing is.
            if (name != "dockerd") Assert.Equal("[]", (await engine.Api.Get($"/v1.44/{query}")).Body);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory, EngineDaemon]
    public async Task ANameIsLookedUpWithoutFetchingIt(string name)
    {
        await using Engine engine = await Use(name);
        await using TestRegistry registry = await TestRegistry.Start(engine.Machine);
        string image = $"{registry.Name}/tests/looked:1";
        await engine.Ok("tag", "busybox", image);
        await engine.Ok("push", "-q", image);
        await engine.Ok("rmi", image);
        using ApiClient api = new(engine.Daemon.Socket);
        JsonNode answer = (await api.Get($"/distribution/{image}/json")).Json;
        Assert.StartsWith("sha256:", answer["Descriptor"]!["digest"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("manifest", answer["Descriptor"]!["mediaType"]!.GetValue<string>());
        Assert.True(answer["Descriptor"]!["size"]!.GetValue<long>() > 0);
        Assert.Equal(("linux", "amd64"),
            (answer["Platforms"]![0]!["os"]!.GetValue<string>(), answer["Platforms"]![0]!["architecture"]!.GetValue<string>()));
    }
}
