using System.Text.Json;

namespace Gantry.Runtime.Tests.CommandLine;

/// <summary>What engines rely on when they call the program: JSON, exit codes, and where the reason of a failure is found.</summary>
public sealed class CallerTests : IDisposable
{
    private readonly RuntimeBundle _bundle = new();

    [Fact]
    public void StateAndListSayTheSame()
    {
        _bundle.Write(["sleep", "60"]).Start();
        JsonElement state = Json(_bundle.Runtime("state", _bundle.Id).Output),
            listed = Json(_bundle.Runtime("list", "-f", "json").Output)[0];
        foreach (string member in (string[])["ociVersion", "id", "pid", "status", "bundle", "rootfs", "created", "owner"])
            Assert.Equal(state.GetProperty(member).ToString(), listed.GetProperty(member).ToString());
        Assert.Equal(DateTimeKind.Utc, state.GetProperty("created").GetDateTime().Kind);
        Assert.Equal($"{_bundle.Id}\n", _bundle.Runtime("list", "-q").Output);
        Assert.Equal($"[{state.GetProperty("pid")}]\n", _bundle.Runtime("ps", "-f", "json", _bundle.Id).Output);
        Assert.Contains("sleep 60", _bundle.Runtime("ps", _bundle.Id, "-o", "pid,args").Output);
    }

    [Theory]
    [InlineData(1, "state", "nosuch")]
    [InlineData(255, "exec", "nosuch", "true")]
    [InlineData(3, "nosuch")]
    [InlineData(1, "state")]
    [InlineData(1, "list", "--nosuch")]
    [InlineData(1, "ps", "-f", "xml", "nosuch")]
    [InlineData(0, "delete", "--force", "nosuch")]
    [InlineData(0, "--version")]
    [InlineData(0, "help", "exec")]
    [InlineData(0, "kill", "--help")]
    public void ExitCodesAreRuncs(int code, params string[] arguments)
    {
        Subprocess.Result result = _bundle.Runtime(arguments);
        Assert.Equal((code, code == 0), (result.ExitCode, result.Error.Length == 0));
    }

    [Fact]
    public void TheLogsLastLineIsTheReason()
    {
        string log = Path.Combine(_bundle.Path, "log");
        _bundle.Write(["sleep", "60"]).Start();
        Subprocess.Result result = _bundle.Runtime("--log", log, "--log-format", "json", "exec", _bundle.Id, "nosuch");
        JsonElement last = Json(File.ReadLines(log).Last());
        Assert.Equal("error", last.GetProperty("level").GetString());
        Assert.StartsWith("exec failed: unable to start container process: exec: \"nosuch\": executable file not found in $PATH",
            last.GetProperty("msg").GetString());
        Assert.Contains("nosuch", result.Error);
    }

    [Fact]
    public void WithoutALogFileTheFormatIsStderrs() =>
        Assert.Equal("container \"nosuch\" does not exist",
            Json(_bundle.Runtime("--log-format", "json", "state", "nosuch").Error).GetProperty("msg").GetString());

    [Fact]
    public void WhoWantsSystemdsCgroupsIsToldWhatToDo()
    {
        Assert.SkipWhen(Directory.Exists("/run/systemd/system"), "systemd runs here: SystemdCgroupTests of the conformance suite use it");
        _bundle.Write(["true"]);
        Assert.Contains("cgroupsPath \"/", _bundle.Runtime("--systemd-cgroup", "run", "-b", _bundle.Path, _bundle.Id).Error);
        _bundle.Write(["true"], static spec => spec with { Linux = spec.Linux! with { CgroupsPath = "system.slice:gantry:test" } });
        Assert.Contains("cgroupfs", _bundle.Runtime("--systemd-cgroup", "run", "-b", _bundle.Path, _bundle.Id).Error);
        Assert.Contains("does not exist", _bundle.Runtime("--systemd-cgroup", "state", _bundle.Id).Error);
    }

    [Fact]
    public void AMissingFileIsNamed()
    {
        _bundle.Write(["sleep", "60"]).Start();
        Assert.Contains("open /no/such: no such file or directory", _bundle.Runtime("exec", "--process", "/no/such", _bundle.Id).Error);
        Assert.Contains("open /no/such: no such file or directory", _bundle.Runtime("update", "--resources", "/no/such", _bundle.Id).Error);
    }

    private static JsonElement Json(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    public void Dispose() => _bundle.Dispose();
}
