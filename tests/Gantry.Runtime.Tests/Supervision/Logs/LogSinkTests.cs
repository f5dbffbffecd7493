using System.Text;
using Gantry.Linux.Compression;
using Gantry.Runtime.Supervision.Logs;
using Gantry.Runtime.Supervision.Loop;
using Gantry.Shim;
using Gantry.Shim.Logs;
using Gantry.Tests.Shared;

namespace Gantry.Runtime.Tests.Supervision.Logs;

/// <summary>What every sink that keeps something does, whatever its format; and the one that keeps nothing.</summary>
public sealed class LogSinkTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-sink-").FullName;
    private readonly Later _clock = new();
    private readonly EventLoop _loop;

    public LogSinkTests() => _loop = new EventLoop(_clock);

    private string LogPath => Path.Combine(_directory, "c.log");

    public static TheoryData<string> Drivers => [LogDriver.JsonFile, LogDriver.Local];

    public void Dispose()
    {
        _loop.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private LogSink New(string driver, long maxSize = -1, int maxFiles = 5, string? path = null) =>
        LogSink.Of(new LogConfig { Driver = driver, Path = path ?? LogPath, MaxSize = maxSize, MaxFiles = maxFiles }, _loop, () => { });

    private static void Append(LogSink log, string text, byte stream = ShimFrame.Stdout) =>
        log.Append(stream, Encoding.UTF8.GetBytes(text));

    private static List<string> Texts(string driver, string path) => [.. Records(driver, path).Select(record => record.Text)];

    private static List<(byte Stream, string Text)> Records(string driver, string path)
    {
        LogFormat format = LogFormat.Of(driver);
        List<(byte, string)> records = [];
        // Cut at newlines alone: a lone carriage return, or a line separator of Unicode, is a part of the record.
        foreach (string line in Encoding.Latin1.GetString(File.ReadAllBytes(path)).Split('\n')[..^1])
        {
            LogRecord? record = format.Parse(Encoding.Latin1.GetBytes(line));
            Assert.NotNull(record);
            records.Add((record.Stream, Encoding.UTF8.GetString(record.Bytes.Span)));
        }
        return records;
    }

    [Theory]
    [InlineData("mkfifo $0")]
    [InlineData("mkdir $0")]
    [InlineData("ln -s /dev/zero $0")]
    public async Task SomethingElseInALogFilesPlaceIsSetAside(string make)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await Task.Run(() =>
        {
            foreach (string suffix in (string[])["", ".1", ".2", ".1.zst"])
                Shell(make, LogPath + suffix);
            LogSink log = New(LogDriver.JsonFile, maxSize: 100, maxFiles: 3);
            Append(log, "one\n");
            Append(log, "two\n");
            Append(log, "three\n");
        }, cancellation).WaitAsync(TimeSpan.FromSeconds(60), cancellation);
        Assert.Equal(["three\n"], Texts(LogDriver.JsonFile, LogPath));
        Assert.Equal(["two\n"], Texts(LogDriver.JsonFile, LogPath + ".1"));
        Assert.Equal(["one\n"], Texts(LogDriver.JsonFile, LogPath + ".2"));
        foreach (string suffix in (string[])["", ".1", ".2", ".1.zst"])
            Assert.True(Path.Exists($"{LogPath}{suffix}{JsonFile.Aside}"), suffix);
    }

    [Theory, MemberData(nameof(Drivers))]
    public void LinesArePutTogetherAcrossReadsAndStreamsStayApart(string driver)
    {
        LogSink log = New(driver);
        Append(log, "one\ntw");
        Append(log, "err", ShimFrame.Stderr);
        Append(log, "o\n\nthr");
        Assert.Equal("thr", Encoding.UTF8.GetString(log.Held(ShimFrame.Stdout)));
        log.End(ShimFrame.Stdout);
        log.End(ShimFrame.Stderr);
        Assert.Equal([(1, "one\n"), (1, "two\n"), (1, "\n"), (1, "thr"), (2, "err")], Records(driver, LogPath));
        Assert.Equal(new FileInfo(LogPath).Length, log.Position?.Size);
    }

    [Theory, MemberData(nameof(Drivers))]
    public void TimesAreThoseOfTheOutput(string driver)
    {
        DateTimeOffset before = DateTimeOffset.UtcNow;
        Append(New(driver), "x\n");
        byte[] line = File.ReadAllBytes(LogPath)[..^1];
        Assert.InRange(LogFormat.Of(driver).Parse(line)!.Time, before, DateTimeOffset.UtcNow);
    }

    [Theory]
    [InlineData(LogDriver.JsonFile, 32768)]
    [InlineData(LogDriver.JsonFile, 1000)]
    [InlineData(LogDriver.JsonFile, 16384)]
    [InlineData(LogDriver.Local, 32768)]
    [InlineData(LogDriver.Local, 1000)]
    public void ALongLineIsCutEvery16KibAndOnlyItsEndHasANewline(string driver, int piece)
    {
        LogSink log = New(driver);
        string line = new('x', 40000);
        string all = line + "\nshort\n" + new string('y', 16384) + "\n";
        for (int at = 0; at < all.Length; at += piece) Append(log, all[at..Math.Min(at + piece, all.Length)]);
        List<string> texts = Texts(driver, LogPath);
        Assert.Equal([16384, 16384, 40000 - 32768 + 1, 6, 16384, 1], texts.Select(t => t.Length));
        Assert.Equal(all, string.Concat(texts));
    }

    [Theory]
    [InlineData(LogDriver.JsonFile, 32767)]
    [InlineData(LogDriver.JsonFile, 777)]
    [InlineData(LogDriver.Local, 777)]
    public void TheCutSparesCharactersOfSeveralBytes(string driver, int piece)
    {
        LogSink log = New(driver);
        byte[] all = Encoding.UTF8.GetBytes("x" + string.Concat(Enumerable.Repeat("€😀\u2028\r<", 5000)) + "\n");
        for (int at = 0; at < all.Length; at += piece) log.Append(ShimFrame.Stdout, all.AsSpan(at, Math.Min(piece, all.Length - at)));
        Assert.Equal(Encoding.UTF8.GetString(all), string.Concat(Texts(driver, LogPath)));
    }

    [Fact]
    public void LocalKeepsEveryByteAsItIs()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(value => (byte)value), (byte)'\n'];
        New(LogDriver.Local).Append(ShimFrame.Stdout, all);
        LogFormat format = LogFormat.Of(LogDriver.Local);
        byte[] read = [.. Encoding.Latin1.GetString(File.ReadAllBytes(LogPath)).Split('\n')[..^1]
            .SelectMany(line => format.Parse(Encoding.Latin1.GetBytes(line))!.Bytes.ToArray())];
        Assert.Equal(all, read);
    }

    [Theory, MemberData(nameof(Drivers))]
    public void RotationKeepsWholeRecordsAndTheNewestFiles(string driver)
    {
        LogSink log = New(driver, maxSize: 2000, maxFiles: 3);
        for (int i = 0; i < 200; i++) Append(log, $"line {i}\n");
        string[] files = [LogFileName.Of(LogPath, 2), LogFileName.Of(LogPath, 1), LogPath];
        Assert.All(files, file => Assert.InRange(new FileInfo(file).Length, 1, 2000));
        Assert.False(File.Exists(LogFileName.Of(LogPath, 3)));
        List<string> texts = [.. files.SelectMany(file => Texts(driver, file))];
        Assert.Equal(Enumerable.Range(200 - texts.Count, texts.Count).Select(i => $"line {i}\n"), texts);
    }

    [Theory, MemberData(nameof(Drivers))]
    public void RotationHappensInsideOneLargeRead(string driver)
    {
        LogSink log = New(driver, maxSize: 10_000, maxFiles: 100);
        Append(log, string.Concat(Enumerable.Range(0, 3000).Select(i => $"line {i}\n")));
        int count = Directory.GetFiles(_directory).Length;
        List<string> texts = [];
        for (int number = count - 1; number >= 0; number--) texts.AddRange(Texts(driver, LogFileName.Of(LogPath, number)));
        Assert.Equal(Enumerable.Range(0, 3000).Select(i => $"line {i}\n"), texts);
    }

    [Theory, MemberData(nameof(Drivers))]
    public void ASingleFileIsEmptiedWhenItIsFull(string driver)
    {
        LogSink log = New(driver, maxSize: 1000, maxFiles: 1);
        for (int i = 0; i < 100; i++) Append(log, $"line {i}\n");
        Assert.Equal([LogPath], Directory.GetFiles(_directory));
        Assert.Equal("line 99\n", Texts(driver, LogPath)[^1]);
    }

    [Theory, MemberData(nameof(Drivers))]
    public void ARecordCutByACrashCostsThatRecordAlone(string driver)
    {
        Append(New(driver), "old\ntorn\n");
        File.WriteAllBytes(LogPath, File.ReadAllBytes(LogPath)[..^3]);
        Append(New(driver), "new\n");
        string[] lines = File.ReadAllLines(LogPath);
        LogFormat format = LogFormat.Of(driver);
        Assert.Equal(["old\n", null, "new\n"],
            lines.Select(line => format.Parse(Encoding.UTF8.GetBytes(line)))
                .Select(record => record is null ? null : Encoding.UTF8.GetString(record.Bytes.Span)));
    }

    [Theory, MemberData(nameof(Drivers))]
    public void AFullDiskCostsRecordsAndNothingElse(string driver)
    {
        string disk = Directory.CreateDirectory(Path.Combine(_directory, "disk")).FullName, path = Path.Combine(disk, "c.log");
        Shell("mount -t tmpfs -o size=4k none $0 && head -c 4096 /dev/zero > $0/full", disk);
        try
        {
            LogSink log = New(driver, path: path);
            for (int i = 0; i < 100; i++) Append(log, $"lost {i}\n");
            log.End(ShimFrame.Stdout);
            Assert.Equal(0, new FileInfo(path).Length);
        }
        finally
        {
            Shell("umount -l $0", disk);
        }
    }

    private static void Shell(string script, string argument)
    {
        using System.Diagnostics.Process shell = System.Diagnostics.Process.Start("sh", ["-c", script, argument]);
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }

    [Theory, MemberData(nameof(Drivers))]
    public void ALogThatCannotBeOpenedDoesNotStopAnything(string driver)
    {
        LogSink log = New(driver, path: Path.Combine(_directory, "missing", "c.log"));
        Append(log, "lost\n");
        Assert.Null(log.Position);
        Assert.Empty(Directory.GetFiles(_directory));
    }

    [Fact]
    public void ALogThatCannotBeOpenedIsTriedAgainAfterASecond()
    {
        string path = Path.Combine(_directory, "late", "c.log");
        LogSink log = New(LogDriver.JsonFile, path: path);
        Append(log, "lost\n");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _clock.Ahead += TimeSpan.FromSeconds(2);
        Append(log, "kept\n");
        Assert.Equal(["kept\n"], Texts(LogDriver.JsonFile, path));
    }

    [Theory, MemberData(nameof(Drivers))]
    public void ShortLinesAreCollectedWithoutCopyingThemAgainAndAgain(string driver)
    {
        byte[] output = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("short\n", 5000)));
        LogSink log = New(driver);
        long before = GC.GetAllocatedBytesForCurrentThread();
        log.Append(ShimFrame.Stdout, output);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 512 * 1024);
        Assert.Equal(5000, Texts(driver, LogPath).Count);
    }

    [Fact]
    public void NoneKeepsNothing()
    {
        LogSink log = New(LogDriver.None);
        Append(log, "one\ntw");
        log.End(ShimFrame.Stdout);
        Assert.True(log.Held(ShimFrame.Stdout).IsEmpty);
        Assert.Null(log.Position);
        Assert.Empty(Directory.GetFiles(_directory));
    }

    [Fact]
    public void JsonFileLooksAsDockerWritesIt()
    {
        LogSink log = LogSink.Of(new LogConfig { Path = LogPath, Attributes = new Dictionary<string, string> { ["tag"] = "a\"b" } }, _loop,
            () => { });
        Append(log, "hello\n", ShimFrame.Stderr);
        const string time = @"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z";
        Assert.Matches($$"""^\{"log":"hello\\n","stream":"stderr","attrs":\{"tag":"a\\"b"\},"time":"{{time}}"\}\n$""",
            File.ReadAllText(LogPath));
    }

    [Fact]
    public void LocalLooksAsDocumented()
    {
        LogSink log = New(LogDriver.Local);
        Append(log, "a \"b\"\n", ShimFrame.Stderr);
        Append(log, "open");
        log.End(ShimFrame.Stdout);
        const string time = @"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z";
        Assert.Matches($"^{time} e 5 a \"b\"\n{time} O 4 open\n$", File.ReadAllText(LogPath));
    }

    [Fact]
    public void ThatAFileWasPackedIsToldToWhoKeepsMemorySmall()
    {
        int told = 0;
        LogConfig config = new() { Path = LogPath, MaxSize = 200, MaxFiles = 3, Compress = true };
        LogSink log = LogSink.Of(config, _loop, () => { told++; _loop.Stopped = true; });
        for (int i = 0; i < 3; i++) Append(log, new string('x', 100) + "\n");
        Assert.Equal(0, told);
        _loop.Run();
        Assert.Equal(1, told);
    }

    [Fact]
    public void WhatIsPackedHasTheSameContentAndTime()
    {
        File.WriteAllText(LogPath, "content\n");
        File.SetLastWriteTimeUtc(LogPath, new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).AddTicks(1234567));
        Assert.Equal(0, LogPack.Run(LogPath, LogFileName.Packing(LogPath)));
        using ZstdReadStream packed = new(File.OpenRead(LogFileName.Packing(LogPath)));
        using StreamReader text = new(packed);
        Assert.Equal("content\n", text.ReadToEnd());
        Assert.Equal(File.GetLastWriteTimeUtc(LogPath), File.GetLastWriteTimeUtc(LogFileName.Packing(LogPath)));
    }
}
