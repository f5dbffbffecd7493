using System.Text;
using Gantry.Api.Containers;
using Gantry.Engine.Containers;
using Gantry.Engine.Logs;
using Gantry.Engine.Tests.Logs;
using Gantry.Shim.Logs;

namespace Gantry.Engine.Tests.Containers;

public sealed class LogSettingsTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-settings-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>Earlier versions kept the driver local as json-file.</summary>
    [Fact]
    public async Task LinesOfAnEarlierVersionStayWhenTheContainerIsStartedAgain()
    {
        ContainerRecord record = new()
        {
            Id = new string('a', 64), Name = "web", Created = default, Path = "sh", Args = [], Image = "sha256:" + new string('b', 64),
            Driver = "overlay2", Mounts = [], Config = new ContainerConfig { Image = "busybox:1" },
        };
        Container container = new(record, new HostConfig { LogConfig = new LogConfig { Type = LogDriver.Local } },
            new ContainerPaths(_root, _root, record.Id));
        Directory.CreateDirectory(container.Paths.Directory);
        File.WriteAllText(container.Paths.Log, LogFixture.Record(0));
        Assert.Equal(new FileInfo(container.Paths.Log).Length, LogSettings.Reader(container).End().Size);
        Assert.Equal("line 0\n", await TextAsync(container));
        File.WriteAllText(LogSettings.Of(container).Path!, "2026-01-02T03:04:06.0000000Z o 6 line 1\n");
        Assert.Equal("line 0\nline 1\n", await TextAsync(container));
    }

    // As with Docker's json-file and local a unit is a power of 1000.
    [Theory]
    [InlineData("10m", 10_000_000)]
    [InlineData("1.5MiB", 1_500_000)]
    [InlineData("-1", -1)]
    public void TheSizeOfALogFile(string text, long bytes)
    {
        ContainerRecord record = new()
        {
            Id = new string('a', 64), Name = "web", Created = default, Path = "sh", Args = [], Image = "sha256:" + new string('b', 64),
            Driver = "overlay2", Mounts = [], Config = new ContainerConfig { Image = "busybox:1" },
        };
        HostConfig host = new() { LogConfig = new LogConfig { Type = LogDriver.JsonFile, Config = new() { ["max-size"] = text } } };
        LogSettings.Check(host.LogConfig);
        Assert.Equal(bytes, LogSettings.Of(new Container(record, host, new ContainerPaths(_root, _root, record.Id))).MaxSize);
    }

    private static async Task<string> TextAsync(Container container)
    {
        StringBuilder text = new();
        await foreach (LogRecord line in LogSettings.Reader(container)
            .ReadAsync(new LogQuery { Stdout = true, Stderr = true }, TestContext.Current.CancellationToken))
            text.Append(Encoding.UTF8.GetString(line.Bytes.Span));
        return text.ToString();
    }
}
