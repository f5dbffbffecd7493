using System.Text;
using Gantry.Engine.Logs;
using Gantry.Linux.Files;
using Gantry.Shim;
using Gantry.Shim.Logs;
using Xunit;
using static Gantry.Engine.Tests.Logs.LogFixture;

namespace Gantry.Engine.Tests.Logs;

public sealed class LogReaderTests : IDisposable
{
    private static readonly LogQuery All = new() { Stdout = true, Stderr = true };

    private readonly LogFixture _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task ALogThatDoesNotExistIsEmpty() => Assert.Empty(await _log.ReadAsync(All));

    [Fact]
    public async Task RotatedFilesComeOldestFirst()
    {
        _log.Write(Records(0, 10), 2);
        _log.Write(Records(10, 10), 1);
        _log.Write(Records(20, 10));
        Assert.Equal(Lines(0, 30), await _log.ReadAsync(All));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task ReadingEndsWhereTheLogEndedAtSomeMoment(int rotations)
    {
        _log.Write(Records(0, 10), 1);
        _log.Write(Records(10, 5));
        LogEnd end = _log.End();
        _log.Append(Records(15, 5));
        for (int i = 0; i < rotations; i++)
        {
            _log.Rotate();
            _log.Write(Records(20, 10));
        }
        Assert.Equal(Lines(0, 15), await _log.ReadAsync(All with { End = end }));
    }

    [Fact]
    public async Task NothingIsReadOfALogWhoseRecordsUntilThenAreGone()
    {
        _log.Write(Records(0, 10));
        LogEnd end = _log.End();
        // As long as somebody has it open, no new file gets its number.
        using FileStream held = File.OpenRead(_log.Path);
        File.Delete(_log.Path);
        _log.Write("x");
        _log.Rotate();
        _log.Write(Records(10, 10));
        Assert.Empty(await _log.ReadAsync(All with { End = end }));
        Assert.Empty(await _log.ReadAsync(All with { End = new LogEnd(0, 0, 0) }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(25)]
    [InlineData(30)]
    [InlineData(1000)]
    public async Task TailReachesBackIntoRotatedFiles(int count)
    {
        _log.Write(Records(0, 10), 2);
        _log.Write(Records(10, 10), 1);
        _log.Write(Records(20, 10));
        int given = Math.Min(count, 30);
        Assert.Equal(Lines(30 - given, given), await _log.ReadAsync(All with { Tail = count }));
    }

    [Fact]
    public async Task TailFindsLinesThatSpanBlocks()
    {
        string longText = new('x', 16384);
        _log.Write(string.Concat(Enumerable.Range(0, 40).Select(n => Record(n, text: $"{n} {longText}"))));
        for (int count = 1; count <= 40; count++)
        {
            List<string> lines = await _log.ReadAsync(All with { Tail = count });
            Assert.Equal(count, lines.Count);
            Assert.StartsWith($"{40 - count} ", lines[0]);
        }
    }

    [Fact]
    public async Task TailCountsTheWantedStreamAlone()
    {
        _log.Write(Record(0, "stderr") + Record(1) + Record(2, "stderr") + Record(3) + Record(4));
        Assert.Equal(["line 0\n", "line 2\n"], await _log.ReadAsync(new LogQuery { Stderr = true, Tail = 2 }));
    }

    [Fact]
    public async Task SinceAndUntilIncludeTheirOwnTime()
    {
        _log.Write(Records(0, 10), 1);
        _log.Write(Records(10, 10));
        // Their times of modification must not hide records: the file is from now, the records are not.
        Assert.Equal(Lines(8, 5), await _log.ReadAsync(All with { Since = Start.AddSeconds(8), Until = Start.AddSeconds(12) }));
        Assert.Equal(Lines(11, 2), await _log.ReadAsync(All with { Tail = 2, Until = Start.AddSeconds(12) }));
    }

    [Fact]
    public async Task DamagedRecordsAreLeftOutWithANotice()
    {
        List<string> notices = [];
        _log.Write(Record(0) + Record(1)[..30] + "\n" + "\0\0\0\n" + Record(2) + Record(3)[..20]);
        Assert.Equal(["line 0\n", "line 2\n"], await _log.ReadAsync(All with { Notice = notices.Add }));
        Assert.Equal(2, notices.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TailOfAFileWithoutLinesTakesNoMemory(bool eachLooked)
    {
        _log.Write(Records(0, 3));
        await using (FileStream file = new(_log.Path, FileMode.Open)) file.SetLength(file.Length + (32 << 20));
        _log.Append("\n" + Records(3, 3));
        LogQuery query = All with { Tail = 5, Until = eachLooked ? Start.AddSeconds(10) : null };
        long before = GC.GetAllocatedBytesForCurrentThread();
        IAsyncEnumerable<LogRecord> reading = new LogReader(_log.Path).ReadAsync(query, TestContext.Current.CancellationToken);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 << 20);
        List<string> lines = [];
        await foreach (LogRecord record in reading) lines.Add(Encoding.UTF8.GetString(record.Bytes.Span));
        // Damage is no record when each is looked at, else one like any other.
        Assert.Equal(eachLooked ? Lines(1, 5) : Lines(2, 4), lines);
    }

    [Fact]
    public async Task WhoLeavesIsNotReadForUntilTheEndOfALongDamage()
    {
        _log.Write(string.Concat(Enumerable.Repeat("damage\n", 1000)));
        using CancellationTokenSource left = new();
        int notices = 0;
        LogQuery query = All with { Notice = _ => { notices++; left.Cancel(); } };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (LogRecord _ in new LogReader(_log.Path).ReadAsync(query, left.Token)) { }
        });
        Assert.Equal(1, notices);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(14)]
    [InlineData(3)]
    public async Task WhatAnEarlierVersionWroteOfDriverLocalComesFirst(int tail)
    {
        _log.Write(Records(0, 10), 1);
        _log.Write(Records(10, 10));
        string local = Path.ChangeExtension(_log.Path, "local");
        LogReader reader = new(local, LogDriver.Local, earlier: _log.Path);
        Assert.Equal(_log.End(), reader.End());
        File.WriteAllText(local, string.Concat(Enumerable.Range(20, 5)
            .Select(number => $"{Start.AddSeconds(number).UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffffffZ} o 7 line {number}\n")));
        Assert.Equal(new FileInfo(local).Length, reader.End().Size);
        Assert.Equal(tail < 0 ? Lines(0, 25) : Lines(25 - tail, tail), await Texts(reader, All with { Tail = tail }));
        // A tail of one stream has each line looked at.
        Assert.Equal(tail < 0 ? Lines(0, 25) : Lines(25 - tail, tail), await Texts(reader, All with { Tail = tail, Stderr = false }));
        Assert.Equal(Lines(0, 25), await Texts(reader, All with { End = reader.End() }));
    }

    private static async Task<List<string>> Texts(LogReader reader, LogQuery query)
    {
        List<string> lines = [];
        await foreach (LogRecord record in reader.ReadAsync(query, TestContext.Current.CancellationToken))
            lines.Add(Encoding.UTF8.GetString(record.Bytes.Span));
        return lines;
    }

    [Fact]
    public void WhatCannotBeOpenedLeavesNothingOpen()
    {
        _log.Write(Records(0, 1));
        Directory.CreateDirectory($"{_log.Path}.1");
        Assert.Throws<GantryException>(() =>
            new LogReader(_log.Path).ReadAsync(All with { Follow = true }, TestContext.Current.CancellationToken));
        Assert.DoesNotContain(OpenFiles(), file => file.StartsWith(Path.GetDirectoryName(_log.Path)!, StringComparison.Ordinal));
        // inotify numbers directories by their inode.
        ulong inode = FileIdentity.Of(Path.GetDirectoryName(_log.Path)!)!.Value.Inode;
        Assert.DoesNotContain(Directory.GetFiles("/proc/self/fdinfo").Select(Text), text => text.Contains("inotify wd:") &&
            text.Contains($" ino:{inode:x} "));
    }

    [Fact]
    public async Task WhatIsUnpackedLiesBesideTheLog()
    {
        _log.Write(Records(0, 10), 1);
        _log.Write(Records(10, 10));
        _log.Pack(1);
        _log.Unlink(1);
        await foreach (LogRecord _ in new LogReader(_log.Path).ReadAsync(All, TestContext.Current.CancellationToken))
        {
            Assert.Contains(OpenFiles(), file => file.StartsWith(Path.GetDirectoryName(_log.Path) + "/", StringComparison.Ordinal)
                && file.EndsWith(" (deleted)", StringComparison.Ordinal));
            break;
        }
    }

    private static List<string> OpenFiles() => [.. Directory.GetFiles("/proc/self/fd").Select(Target)];

    /// <summary>Other tests open and close files meanwhile.</summary>
    private static string Target(string path)
    {
        try { return new FileInfo(path).LinkTarget ?? ""; }
        catch (IOException) { return ""; }
    }

    private static string Text(string path)
    {
        try { return File.ReadAllText(path); }
        catch (IOException) { return ""; }
    }

    [Fact]
    public async Task TextTimeAndAttributesAreTakenApart()
    {
        const string time = "2026-01-02T03:04:05.123456789Z";
        _log.Write($$"""{"log":"a\u003cb\u2028é\ufffd\r\n","stream":"stderr","attrs":{"x":"1","tag":"a b"},"time":"{{time}}"}""" + "\n");
        List<LogRecord> records = [];
        await foreach (LogRecord record in new LogReader(_log.Path).ReadAsync(All, TestContext.Current.CancellationToken))
            records.Add(record);
        LogRecord only = Assert.Single(records);
        Assert.Equal("a<b\u2028é\ufffd\r\n", Encoding.UTF8.GetString(only.Bytes.Span));
        Assert.Equal(2, only.Stream);
        Assert.Equal(Start.AddTicks(1234567), only.Time);
        Assert.Equal("a b", only.Attributes!["tag"]);
    }
}
