using System.Text.Json;
using Gantry.Linux.Mounts;
using Gantry.Oci.Runtime;
using Gantry.Shim.Wire;

namespace Gantry.Shim.Tests.Wire;

/// <summary>The daemon's serializer and the shim's hand-written JSON must agree about every member.</summary>
public sealed class WireTests
{
    [Fact]
    public void AShimReadsTheConfigurationThatADaemonWrites()
    {
        ShimConfig config = new()
        {
            Id = "id", Socket = "/s", ExitFile = "/e", PidFile = "/p", RuntimeRoot = "/r", Runtime = "/runc", Terminal = true, Rows = 3,
            Columns = 4, OpenStdin = true, StdinOnce = true,
            SlowClientSeconds = 7, SharedMemory = new SharedMemory { Path = "/m", Size = 5 << 20 },
            Root = new RootMount { Type = "overlay", Lower = ["/a", "/b"], Upper = "/u", Work = "/w", Source = "/src",
                Options = ["volatile"] },
            Log = new LogConfig { Driver = "json-file", Path = "/l", MaxSize = -1, MaxFiles = 2, Compress = true,
                Attributes = new Dictionary<string, string> { ["a"] = "b" } },
        };
        Same(config, ShimReader.Config(JsonSerializer.SerializeToUtf8Bytes(config, ShimJson.Default.ShimConfig)),
            ShimJson.Default.ShimConfig);
        ShimConfig plain = new() { Id = "id", Socket = "/s", ExitFile = "/e", PidFile = "/p", RuntimeRoot = "/r" };
        Same(plain, ShimReader.Config(JsonSerializer.SerializeToUtf8Bytes(plain, ShimJson.Default.ShimConfig)),
            ShimJson.Default.ShimConfig);
    }

    [Fact]
    public void AShimReadsTheMessagesThatADaemonWrites()
    {
        ShimMessage message = new()
        {
            Type = ShimMessageType.Exec, Sequence = 5, ExecId = "e", Signal = 9, All = true, Rows = 1, Columns = 2, Stdin = true,
            Stdout = true, Stderr = true, Logs = true,
            Process = new OciProcess
            {
                Terminal = true, Args = ["sh"], Env = ["PATH=/bin", "TERM=xterm"], Cwd = "/", NoNewPrivileges = true,
                User = new OciUser { Uid = 3, AdditionalGids = [4], Username = "u:g" },
                Capabilities = new OciCapabilities { Bounding = ["CAP_KILL"], Effective = ["CAP_KILL"], Permitted = ["CAP_KILL"] },
                Rlimits = [new OciRlimit { Type = "RLIMIT_NOFILE", Hard = 2, Soft = 1 }],
            },
            Resources = new OciResources { Memory = new OciMemory { Limit = 1 << 20 }, Pids = new OciPids { Limit = 5 } },
        };
        Same(message, ShimReader.Message(JsonSerializer.SerializeToUtf8Bytes(message, ShimJson.Default.ShimMessage)),
            ShimJson.Default.ShimMessage);
    }

    [Fact]
    public void ADaemonReadsTheMessagesThatAShimWrites()
    {
        ExitStatus exit = new() { Code = 0, OomKilled = true, At = DateTimeOffset.UtcNow };
        ShimMessage message = new()
        {
            Type = ShimMessageType.State, Sequence = 8, Pid = 11, ExecId = "e", Error = "it \"failed\" <&>", Step = FailureStep.User,
            Errno = 2, Status = "running", Exit = exit, LogEnd = new LogEnd(ulong.MaxValue, 2, 3, 4),
            Protocol = 3, Abilities = ["x", "y"], Notes = ["less \"than\" asked", "z"],
            Execs = ["a", "b"], EndedExecs = [new ExecExit("c", exit)], Phases = [new PhaseTime("x", 0), new PhaseTime("y", 12)],
        };
        Same(message, JsonSerializer.Deserialize(ShimWriter.Message(message), ShimJson.Default.ShimMessage)!, ShimJson.Default.ShimMessage);
        Assert.Equal(exit, JsonSerializer.Deserialize(ShimWriter.Exit(exit), ShimJson.Default.ExitStatus));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":5}""")]
    [InlineData("""{"type":"signal","signal":"KILL"}""")]
    [InlineData("""{"type":"exec","process":{}}""")]
    public void BadMessagesAreRefused(string json) =>
        Assert.ThrowsAny<JsonException>(() => ShimReader.Message(System.Text.Encoding.UTF8.GetBytes(json)));

    private static void Same<T>(T expected, T actual, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        Assert.Equal(JsonSerializer.Serialize(expected, type), JsonSerializer.Serialize(actual, type));
}
