using System.Text;
using System.Text.Json;
using Gantry.Runtime.Shim.Logs;
using Gantry.Shim;

namespace Gantry.Runtime.Tests.Shim;

public sealed class JsonLogTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-json-log-").FullName;

    private string LogPath => Path.Combine(_directory, "c.log");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private JsonLog New(long maxSize = -1, int maxFiles = 5) =>
        new(new LogConfig { Path = LogPath, MaxSize = maxSize, MaxFiles = maxFiles });

    private static void Append(JsonLog log, string text, byte stream = ShimFrame.Stdout) =>
        log.Append(stream, Encoding.UTF8.GetBytes(text));

    private static List<string> Texts(string path) =>
        [.. File.ReadLines(path).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("log").GetString()!)];

    [Fact]
    public void ARecordLooksAsDockerWritesIt()
    {
        JsonLog log = new(new LogConfig { Path = LogPath, Attributes = new Dictionary<string, string> { ["tag"] = "a\"b" } });
        Append(log, "hello\n", ShimFrame.Stderr);
        const string time = @"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z";
        Assert.Matches($$"""^\{"log":"hello\\n","stream":"stderr","attrs":\{"tag":"a\\"b"\},"time":"{{time}}"\}\n$""",
            File.ReadAllText(LogPath));
    }

    [Fact]
    public void LinesArePutTogetherAcrossReadsAndStreamsStayApart()
    {
        JsonLog log = New();
        Append(log, "one\ntw");
        Append(log, "err", ShimFrame.Stderr);
        Append(log, "o\n\nthr");
        log.End(ShimFrame.Stdout);
        log.End(ShimFrame.Stderr);
        Assert.Equal(["one\n", "two\n", "\n", "thr", "err"], Texts(LogPath));
    }

    [Theory]
    [InlineData(32768)]
    [InlineData(1000)]
    [InlineData(16384)]
    public void ALongLineIsCutEvery16KibAndOnlyItsEndHasANewline(int piece)
    {
        JsonLog log = New();
        string line = new('x', 40000);
        string all = line + "\nshort\n" + new string('y', 16384) + "\n";
        for (int at = 0; at < all.Length; at += piece) Append(log, all[at..Math.Min(at + piece, all.Length)]);
        List<string> texts = Texts(LogPath);
        Assert.Equal([16384, 16384, 40000 - 32768 + 1, 6, 16384, 1], texts.Select(t => t.Length));
        Assert.Equal(all, string.Concat(texts));
    }

    [Theory]
    [InlineData(32767)]
    [InlineData(777)]
    public void TheCutSparesCharactersOfSeveralBytes(int piece)
    {
        JsonLog log = New();
        byte[] all = Encoding.UTF8.GetBytes("x" + string.Concat(Enumerable.Repeat("€😀", 9000)) + "\n");
        for (int at = 0; at < all.Length; at += piece) log.Append(ShimFrame.Stdout, all.AsSpan(at, Math.Min(piece, all.Length - at)));
        Assert.Equal(Encoding.UTF8.GetString(all), string.Concat(Texts(LogPath)));
    }

    [Fact]
    public void RotationKeepsWholeRecordsAndTheNewestFiles()
    {
        JsonLog log = New(maxSize: 2000, maxFiles: 3);
        for (int i = 0; i < 200; i++) Append(log, $"line {i}\n");
        string[] files = [$"{LogPath}.2", $"{LogPath}.1", LogPath];
        Assert.All(files, file => Assert.InRange(new FileInfo(file).Length, 1, 2000));
        Assert.False(File.Exists($"{LogPath}.3"));
        List<string> texts = [.. files.SelectMany(Texts)];
        Assert.Equal(Enumerable.Range(200 - texts.Count, texts.Count).Select(i => $"line {i}\n"), texts);
    }

    [Fact]
    public void RotationHappensInsideOneLargeRead()
    {
        JsonLog log = New(maxSize: 10_000, maxFiles: 100);
        Append(log, string.Concat(Enumerable.Range(0, 3000).Select(i => $"line {i}\n")));
        int count = Directory.GetFiles(_directory).Length;
        List<string> texts = [];
        for (int number = count - 1; number >= 0; number--) texts.AddRange(Texts(number == 0 ? LogPath : $"{LogPath}.{number}"));
        Assert.Equal(Enumerable.Range(0, 3000).Select(i => $"line {i}\n"), texts);
    }

    [Fact]
    public void ASingleFileIsEmptiedWhenItIsFull()
    {
        JsonLog log = New(maxSize: 1000, maxFiles: 1);
        for (int i = 0; i < 100; i++) Append(log, $"line {i}\n");
        Assert.Equal([LogPath], Directory.GetFiles(_directory));
        Assert.Equal("line 99\n", Texts(LogPath)[^1]);
    }

    [Fact]
    public void ARecordCutByACrashCostsThatRecordAlone()
    {
        File.WriteAllText(LogPath, "{\"log\":\"old\\n\",\"stream\":\"stdout\",\"time\":\"2026-01-02T03:04:05Z\"}\n{\"log\":\"to");
        Append(New(), "new\n");
        string[] lines = File.ReadAllLines(LogPath);
        Assert.Equal(3, lines.Length);
        Assert.Equal("new\n", JsonDocument.Parse(lines[2]).RootElement.GetProperty("log").GetString());
    }

    [Fact]
    public void AFullDiskCostsRecordsAndNothingElse()
    {
        File.CreateSymbolicLink(LogPath, "/dev/full");
        JsonLog log = New();
        for (int i = 0; i < 100; i++) Append(log, $"lost {i}\n");
        log.End(ShimFrame.Stdout);
        Assert.Equal([LogPath], Directory.GetFiles(_directory));
    }

    [Fact]
    public void ALogThatCannotBeOpenedDoesNotStopAnything()
    {
        JsonLog log = new(new LogConfig { Path = Path.Combine(_directory, "missing", "c.log") });
        Append(log, "lost\n");
        Assert.Empty(Directory.GetFiles(_directory));
    }
}
