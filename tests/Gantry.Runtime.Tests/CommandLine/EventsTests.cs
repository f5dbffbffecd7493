using System.Text.Json;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Tests.Bundles;

namespace Gantry.Runtime.Tests.CommandLine;

public sealed class EventsTests : IDisposable
{
    private readonly RuntimeBundle _bundle = new RuntimeBundle().Write(["sleep", "60"], static s => s with
    {
        Linux = s.Linux! with { Resources = new OciResources { Memory = new OciMemory { Limit = 50_000_000, Swap = 50_000_000 } } },
    });

    [Fact]
    public void StatisticsAreOfTheContainer()
    {
        _bundle.Start();
        using JsonDocument line = JsonDocument.Parse(_bundle.Runtime("events", "--stats", _bundle.Id).Output);
        JsonElement data = line.RootElement.GetProperty("data");
        Assert.Equal(("stats", _bundle.Id),
            (line.RootElement.GetProperty("type").GetString(), line.RootElement.GetProperty("id").GetString()));
        Assert.Equal(1, data.GetProperty("pids").GetProperty("current").GetInt32());
        Assert.InRange(data.GetProperty("memory").GetProperty("usage").GetProperty("usage").GetInt64(), 1, 50_000_000);
        Assert.InRange(data.GetProperty("memory").GetProperty("usage").GetProperty("limit").GetInt64(), 49_900_000, 50_000_000);
        Assert.InRange(data.GetProperty("cpu").GetProperty("usage").GetProperty("total").GetInt64(), 1, 10_000_000_000);
    }

    [Fact]
    public async Task TheyGoOnUntilTheContainerEndsAndTellOfALackOfMemory()
    {
        _bundle.Start();
        string output = Path.Combine(_bundle.Path, "events");
        Task<Subprocess.Result> events = Subprocess.RunAsync("/bin/sh",
            ["-c", "exec \"$0\" \"$@\" > " + output, RuntimeProgram.Path, "--root", _bundle.StateRoot, "events", "--interval", "20ms",
                _bundle.Id], cancellation: TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => File.Exists(output) && new FileInfo(output).Length > 0, TimeSpan.FromSeconds(60)));
        Assert.Equal(137, _bundle.Runtime("exec", _bundle.Id, "dd", "if=/dev/zero", "of=/dev/null", "bs=200M", "count=1").ExitCode);
        Assert.True(SpinWait.SpinUntil(() => File.ReadAllText(output).Contains("\"oom\""), TimeSpan.FromSeconds(60)),
            File.ReadAllText(output));
        _bundle.Runtime("kill", _bundle.Id, "KILL");
        Assert.Equal(0, (await events).ExitCode);
        Assert.All(File.ReadLines(output), static line => JsonDocument.Parse(line).Dispose());
    }

    [Fact]
    public void AStoppedContainerHasNone() => Assert.Contains("does not exist", _bundle.Runtime("events", _bundle.Id).Error);

    public void Dispose() => _bundle.Dispose();
}
