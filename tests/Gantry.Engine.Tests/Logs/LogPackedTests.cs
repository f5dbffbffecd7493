using System.Diagnostics;
using Gantry.Engine.Logs;
using Gantry.Shim;
using Gantry.Shim.Logs;
using Xunit;
using static Gantry.Engine.Tests.Logs.LogFixture;

namespace Gantry.Engine.Tests.Logs;

/// <summary>Old files that are packed are read as if they were not.</summary>
public sealed class LogPackedTests : IDisposable
{
    private readonly LogFixture _log = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => _log.Dispose();

    private static LogQuery All => new() { Stdout = true, Stderr = true };

    private LogQuery Follow => All with { Follow = true, Ended = _ended.Task };

    private static Task<T> Within<T>(Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AllAndTheTailOfItAreThere(bool bothThere)
    {
        _log.Write(Records(0, 10), 2);
        _log.Write(Records(10, 10), 1);
        _log.Write(Records(20, 10));
        foreach (int number in (int[])[1, 2])
        {
            _log.Pack(number);
            if (!bothThere) _log.Unlink(number);
        }
        Assert.Equal(Lines(0, 30), await _log.ReadAsync(All));
        Assert.Equal(Lines(15, 15), await _log.ReadAsync(All with { Tail = 15 }));
        Assert.Equal(Lines(28, 2), await _log.ReadAsync(All with { Tail = 2 }));
        Assert.Equal(Lines(0, 30), await _log.ReadAsync(All with { Tail = 100 }));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public async Task ReadingEndsWhereTheLogEndedAtSomeMomentAlsoWhenThatIsPackedSince(int rotations, bool bothThere)
    {
        _log.Write(Records(0, 10), 1);
        _log.Write(Records(10, 5));
        LogEnd end = _log.End();
        _log.Append(Records(15, 5));
        for (int i = 0; i < rotations; i++)
        {
            _log.Rotate();
            _log.Write(Records(20 + 10 * i, 10));
        }
        _log.Pack(rotations);
        if (!bothThere) _log.Unlink(rotations);
        Assert.Equal(Lines(0, 15), await _log.ReadAsync(All with { End = end }));
    }

    [Fact]
    public async Task AfterAnEndWhosePackedFileIsDamagedNothingIsRead()
    {
        _log.Write(Records(0, 10), 1);
        _log.Write(Records(10, 5));
        LogEnd end = _log.End();
        _log.Rotate();
        _log.Write(Records(20, 10));
        _log.Pack(1);
        _log.Unlink(1);
        using (FileStream packed = File.OpenWrite(LogFileName.PackedOf(_log.Path, 1))) packed.SetLength(packed.Length - 8);
        Assert.DoesNotContain("line 20\n", await _log.ReadAsync(All with { End = end }));
    }

    [Fact]
    public async Task AFollowerLosesAndRepeatsNothingWhenWhatItReadIsPacked()
    {
        Task<List<string>> reading = _log.ReadAsync(Follow);
        for (int i = 0; i < 40; i++)
        {
            _log.Append(Records(i * 50, 50));
            if (i % 5 != 4) continue;
            await Within(Task.Run(async () => { await _log.UntilSeen((i - 4) * 50); return true; }));
            _log.Rotate();
            _log.Pack(1);
            _log.Unlink(1);
        }
        _ended.SetResult();
        Assert.Equal(Lines(0, 2000), await Within(reading));
    }

    /// <summary>A packed file is not held open once it is unpacked, and ext4 gives its number to the next file that is made.</summary>
    [Fact]
    public async Task AFollowerKnowsANewFileThatHasTheNumberOfOneThatItHasRead()
    {
        _log.Write(Records(0, 10));
        _log.Rotate();
        _log.Pack(1);
        _log.Unlink(1);
        Task<List<string>> reading = _log.ReadAsync(Follow);
        await _log.UntilSeen(10);
        File.Delete(LogFileName.PackedOf(_log.Path, 1));
        _log.Write(Records(10, 10));
        _ended.SetResult();
        Assert.Equal(Lines(0, 20), await Within(reading));
    }

    [Fact]
    public async Task ReadingEndsInNoFileThatOnlyHasTheNumberOfTheOneInWhichTheLogEnded()
    {
        _log.Write(Records(0, 10));
        LogEnd end = _log.End();
        Assert.SkipWhen(end.Birth == 0, "this file system does not say when a file was made");
        Assert.Equal(Lines(0, 10), await _log.ReadAsync(All with { End = end }));
        // A shim of before does not say it either.
        Assert.Equal(Lines(0, 10), await _log.ReadAsync(All with { End = end with { Birth = 0 } }));
        Assert.Empty(await _log.ReadAsync(All with { End = end with { Birth = end.Birth - 1 } }));
    }

    [Fact]
    public async Task OneThatIsDamagedCostsItselfAlone()
    {
        _log.Write(Records(0, 10), 1);
        _log.Write(Records(10, 10));
        _log.Pack(1);
        _log.Unlink(1);
        File.WriteAllText(LogFileName.PackedOf(_log.Path, 1), "no frame of Zstandard");
        List<string> notices = [];
        Assert.Equal(Lines(10, 10), await _log.ReadAsync(All with { Notice = notices.Add }));
        Assert.Contains(notices, notice => notice.Contains("cannot be unpacked"));
    }

    /// <summary>An old file may have gigabytes, and takes as much room while it is read.</summary>
    [Fact]
    public void NothingIsUnpackedForAClientThatHasLeft()
    {
        _log.Write(Records(0, 10));
        _log.Rotate();
        _log.Pack(1);
        _log.Unlink(1);
        CancellationToken left = new(canceled: true);
        Assert.Throws<OperationCanceledException>(() => { new LogReader(_log.Path).ReadAsync(All, left); });
        Assert.Throws<OperationCanceledException>(() => { new LogReader(_log.Path).ReadAsync(All with { Tail = 3 }, left); });
    }

    [Fact]
    public async Task AFollowerIsWokenAndDoesNotLookByItself()
    {
        _log.Write(Records(0, 1));
        Task<List<string>> reading = _log.ReadAsync(Follow);
        await _log.UntilSeen(1);
        // Far quicker, on the whole, than anybody looks who looks from time to time.
        Stopwatch watch = Stopwatch.StartNew();
        for (int i = 1; i <= 200; i++)
        {
            _log.Append(Record(i));
            await _log.UntilSeen(i + 1);
        }
        Assert.InRange(watch.ElapsedMilliseconds, 0, 200 * 9);
        _ended.SetResult();
        Assert.Equal(201, (await Within(reading)).Count);
    }
}
