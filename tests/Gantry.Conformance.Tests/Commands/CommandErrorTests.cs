using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Commands;

/// <summary>Texts and codes that engines look for.</summary>
public sealed class CommandErrorTests
{
    private static string Plain(string error) => error.Replace("\\\"", "\"");

    [Theory, EveryRuntime]
    public async Task ACommandThatIsNotThereIsNamed(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime).Args("no-such-command");
        string said = Plain(await bundle.Refused());
        Assert.Contains("no-such-command", said);
        Assert.Contains("executable file not found in $PATH",
            said.Replace("`PATH`", "PATH").Replace(" in PATH", " in $PATH").Replace("$$", "$"));
    }

    [Theory, EveryRuntime]
    public async Task APathThatIsNotThereIsNamed(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime).Args("/no/such/command");
        string said = await bundle.Refused();
        Assert.Contains("/no/such/command", said);
        Assert.Contains("no such file or directory", said, StringComparison.OrdinalIgnoreCase);
    }

    [Theory, EveryRuntime]
    public async Task AFileThatIsNoProgramIsNamed(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime).Args("/etc/passwd");
        string said = await bundle.Refused();
        Assert.Contains("permission denied", said, StringComparison.OrdinalIgnoreCase);
    }

    [Theory, EveryRuntime]
    public async Task ADirectoryIsNoProgram(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime).Args("/etc");
        await bundle.Refused();
    }

    [Theory, EveryRuntime]
    public async Task ALibraryThatIsMissingIsNotAMissingCommand(string runtime)
    {
        // The file is there and its interpreter is not: found at exec alone, after the start.
        await using Bundle bundle = new Bundle(runtime).Args("/script");
        File.WriteAllText($"{bundle.Root}/script", "#!/no/such/interpreter\n");
        File.SetUnixFileMode($"{bundle.Root}/script", UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.NotEqual(0, (await bundle.Run()).Code);
    }

    [Theory, EveryRuntime]
    public async Task CreateFailsForACommandThatIsNotThere(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime).Args("no-such-command");
        Assert.Contains("no-such-command", (await bundle.Runtime("create", "--bundle", bundle.Path, bundle.Id)).Failed());
    }

    [Theory, EveryRuntime]
    public async Task NoArgumentsAreRefused(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime).Args();
        await bundle.Refused();
    }

    [Theory, EveryRuntime]
    public async Task ABundleWithoutConfigurationIsNamed(string runtime)
    {
        await using Bundle bundle = new(runtime);
        Directory.CreateDirectory($"{bundle.Path}/empty");
        Assert.Contains("config.json", (await bundle.Runtime("run", "--bundle", $"{bundle.Path}/empty", bundle.Id)).Failed());
    }

    [Theory, EveryRuntime("", "{", "[]", "{\"ociVersion\":1}", "{\"process\":[]}", "null", "{\"ociVersion\":\"1.0.2\"}")]
    public async Task ABrokenConfigurationIsRefused(string runtime, string text)
    {
        await using Bundle bundle = new(runtime);
        string broken = Directory.CreateDirectory($"{bundle.Path}/broken").FullName;
        File.WriteAllText($"{broken}/config.json", text);
        Assert.NotEqual("", (await bundle.Runtime("run", "--bundle", broken, bundle.Id)).Failed());
        Assert.Equal("gone", await bundle.Status());
    }

    [Theory, EveryRuntime]
    public async Task AnUnknownCommandFails(string runtime)
    {
        await using Bundle bundle = new(runtime);
        (await bundle.Runtime("sing")).Failed();
    }

    [Theory, EveryRuntime]
    public async Task AnUnknownOptionIsNamed(string runtime)
    {
        await using Bundle bundle = new(runtime);
        Command.Result result = await bundle.Runtime("run", "--sing", bundle.Id);
        Assert.NotEqual(0, result.Code);
        Assert.Contains("sing", result.All);
    }

    [Theory, EveryRuntime]
    public async Task TheLogGetsTheErrorAsJson(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime).Args("no-such-command");
        await bundle.Runtime("--log", $"{bundle.Path}/log", "--log-format", "json", "run", "--bundle", bundle.Path, bundle.Id);
        string last = File.ReadAllLines($"{bundle.Path}/log").Last(l => l.Contains("\"error\""));
        System.Text.Json.Nodes.JsonNode entry = System.Text.Json.Nodes.JsonNode.Parse(last)!;
        Assert.Equal("error", entry["level"]!.GetValue<string>());
        Assert.Contains("no-such-command", entry["msg"]!.GetValue<string>());
        Assert.NotEqual("", entry["time"]!.GetValue<string>());
    }

    [Theory, EveryRuntime]
    public async Task AMessageIsOneLine(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime).Args("no-such\n\"command\\");
        await bundle.Runtime("--log", $"{bundle.Path}/log", "--log-format", "text", "run", "--bundle", bundle.Path, bundle.Id);
        string last = File.ReadAllLines($"{bundle.Path}/log")[^1];
        Assert.StartsWith("time=", last);
        Assert.Contains("level=error", last);
        Assert.Contains("no-such", last);
        Assert.Contains("command", last);
    }
}
