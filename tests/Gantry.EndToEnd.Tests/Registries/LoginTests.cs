using System.Text.Json.Nodes;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Registries;

/// <summary>How the command line keeps the user's credentials.</summary>
public sealed class LoginTests(SharedDaemons daemons) : EngineTests(daemons), IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-login").FullName;

    private string Configuration => Path.Combine(_directory, "client", "config.json");

    private Task<Command.Result> Login(Engine engine, string server) =>
        Command.Run(Programs.Gantry, ["-H", engine.Daemon.Host, "login", "-u", "me", "--password-stdin", server], "secret\n",
            environment: new Dictionary<string, string?> { ["DOCKER_CONFIG"] = Path.GetDirectoryName(Configuration),
                ["PATH"] = $"{_directory}:{Environment.GetEnvironmentVariable("PATH")}" });

    [Fact]
    public async Task WithoutAHelperTheyAreForTheOwnerAloneAndTheUserIsTold()
    {
        await using Engine engine = await Use("gantry");
        await using TestRegistry registry = await TestRegistry.Start(engine.Machine);
        Command.Result result = await Login(engine, registry.Name);
        Assert.Equal("Login Succeeded", result.Succeeded());
        Assert.Contains($"WARNING! Your credentials are stored unencrypted in '{Configuration}'.", result.Error);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Configuration));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(Configuration)!));

        // What others keep there stays, a reader sees the old file or the new one, and a link stays a link.
        string target = Path.Combine(_directory, "elsewhere.json"),
            old = $$$"""{"auths": {"other.example": {"auth": "eDp5"}}, "HttpHeaders": {"X": "{{{new string('x', 5000)}}}"}}""";
        await File.WriteAllTextAsync(target, old);
        File.SetUnixFileMode(target, OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        File.Delete(Configuration);
        File.CreateSymbolicLink(Configuration, target);
        using StreamReader reader = new(target);
        (await Login(engine, registry.Name)).Succeeded();
        Assert.Equal(old, await reader.ReadToEndAsync());
        Assert.Equal(target, new FileInfo(Configuration).LinkTarget);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(target));
        JsonNode kept = JsonNode.Parse(await File.ReadAllTextAsync(target))!;
        Assert.Equal(("bWU6c2VjcmV0", "eDp5", 5000),
            (kept["auths"]![registry.Name]!["auth"]!.GetValue<string>(), kept["auths"]!["other.example"]!["auth"]!.GetValue<string>(),
                kept["HttpHeaders"]!["X"]!.GetValue<string>().Length));

        await engine.Ok("--config", Path.GetDirectoryName(Configuration)!, "logout", registry.Name);
        Assert.Null(JsonNode.Parse(await File.ReadAllTextAsync(target))!["auths"]![registry.Name]);
        Assert.Equal([Configuration], Directory.GetFiles(Path.GetDirectoryName(Configuration)!));
        Assert.Equal([target], Directory.GetFiles(_directory));
    }

    [Fact]
    public async Task AHelperGetsThemAndTheFileDoesNot()
    {
        await using Engine engine = await Use("gantry");
        await using TestRegistry registry = await TestRegistry.Start(engine.Machine);
        string helper = Path.Combine(_directory, "docker-credential-tests");
        await File.WriteAllTextAsync(helper, $"#!/bin/sh\necho \"$1\" >> {_directory}/verbs\ncat > {_directory}/given\n");
        File.SetUnixFileMode(helper, OwnerOnly | UnixFileMode.UserExecute);
        Directory.CreateDirectory(Path.GetDirectoryName(Configuration)!);
        await File.WriteAllTextAsync(Configuration, """{"credsStore": "tests"}""");
        Command.Result result = await Login(engine, registry.Name);
        Assert.Equal("Login Succeeded", result.Succeeded());
        Assert.DoesNotContain("unencrypted", result.Error);
        Assert.Equal("store\n", await File.ReadAllTextAsync($"{_directory}/verbs"));
        JsonNode given = JsonNode.Parse(await File.ReadAllTextAsync($"{_directory}/given"))!;
        Assert.Equal((registry.Name, "me", "secret"),
            (given["ServerURL"]!.GetValue<string>(), given["Username"]!.GetValue<string>(), given["Secret"]!.GetValue<string>()));
        string file = await File.ReadAllTextAsync(Configuration);
        Assert.DoesNotContain("bWU6c2VjcmV0", file);
        Assert.Contains(registry.Name, file);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
