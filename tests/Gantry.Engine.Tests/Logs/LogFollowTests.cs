using Gantry.Engine.Logs;
using Gantry.Shim.Logs;
using Xunit;
using static Gantry.Engine.Tests.Logs.LogFixture;

namespace Gantry.Engine.Tests.Logs;

public sealed class LogFollowTests : IDisposable
{
    private readonly LogFixture _log = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => _log.Dispose();

    private LogQuery Follow => new() { Stdout = true, Stderr = true, Follow = true, Ended = _ended.Task };

    private static Task Within(Task task) => task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

    private static Task<T> Within<T>(Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

    [Fact]
    public async Task EndsAfterTheLastRecordOfAnEndedContainer()
    {
        _log.Write(Records(0, 3));
        Task<List<string>> reading = _log.ReadAsync(Follow);
        await Within(_log.UntilSeen(3));
        Assert.False(reading.IsCompleted);
        _log.Append(Records(3, 2));
        _ended.SetResult();
        Assert.Equal(Lines(0, 5), await Within(reading));
    }

    /// <summary>A client asks for the log, hears of the end and removes the container before it reads what it asked for: docker-py
    /// does.</summary>
    [Fact]
    public async Task WhatWasAskedForIsThereThoughTheContainerIsRemovedBeforeItIsRead()
    {
        _log.Write(Records(0, 3));
        IAsyncEnumerable<LogRecord> asked = new LogReader(_log.Path).ReadAsync(Follow, TestContext.Current.CancellationToken);
        File.Delete(_log.Path);
        _ended.SetResult();
        int count = 0;
        await foreach (LogRecord _ in asked) count++;
        Assert.Equal(3, count);
    }

    [Fact]
    public async Task StartsAtTheEndWithATailOfNone()
    {
        _log.Write(Records(0, 3));
        Task<List<string>> reading = _log.ReadAsync(Follow with { Tail = 0 });
        // It may begin late, and where it begins is then further on.
        int number = 3;
        for (; _log.Seen == 0; await Task.Delay(1, TestContext.Current.CancellationToken)) _log.Append(Record(number++));
        _ended.SetResult();
        List<string> lines = await Within(reading);
        Assert.Equal(Lines(number - lines.Count, lines.Count), lines);
        Assert.InRange(lines.Count, 1, number - 3);
    }

    [Fact]
    public async Task LosesAndRepeatsNothingWhenFilesRotateUnderIt()
    {
        const int count = 20_000;
        Task<List<string>> reading = _log.ReadAsync(Follow);
        for (int i = 0; i < count; i += 100)
        {
            _log.Append(Records(i, 100));
            if (i % 2000 == 1900)
            {
                // Ten files are kept, with 2000 records each: what the reader has not had by then is lost to it.
                await Within(_log.UntilSeen(i - 10_000));
                _log.Rotate();
            }
        }
        _ended.SetResult();
        Assert.Equal(Lines(0, count), await Within(reading));
    }

    [Fact]
    public async Task GoesOnToWhatAnUnfinishedRotationMovedAway()
    {
        _log.Write(Records(0, 3));
        List<string> lines = [];
        await foreach (LogRecord record in new LogReader(_log.Path).ReadAsync(Follow, TestContext.Current.CancellationToken))
        {
            lines.Add(System.Text.Encoding.UTF8.GetString(record.Bytes.Span));
            if (lines.Count != 3) continue;
            _log.Rotate();
            _log.Write(Records(3, 2));
            _log.Rotate();
            _ended.SetResult();
        }
        Assert.Equal(Lines(0, 5), lines);
    }

    [Fact]
    public async Task WaitsForTheRestOfARecordThatIsBeingWritten()
    {
        string record = Record(1);
        _log.Write(Record(0) + record[..25]);
        Task<List<string>> reading = _log.ReadAsync(Follow);
        await Within(_log.UntilSeen(1));
        _log.Append(record[25..]);
        _ended.SetResult();
        Assert.Equal(Lines(0, 2), await reading);
    }

    [Fact]
    public async Task BeginsWhenTheFileAppears()
    {
        // On return it has looked, and waits.
        Task<List<string>> reading = _log.ReadAsync(Follow);
        Assert.False(reading.IsCompleted);
        _log.Write(Records(0, 2));
        _ended.SetResult();
        Assert.Equal(Lines(0, 2), await reading);
    }

    [Fact]
    public async Task EndsAtItsTimeThoughTheClockIsSetBack()
    {
        _log.Write(Records(0, 1));
        Stopped clock = new();
        LogQuery query = Follow with { Until = clock.GetUtcNow() + TimeSpan.FromMilliseconds(1) };
        Task reading = Task.Run(async () =>
        {
            await foreach (LogRecord _ in new LogReader(_log.Path, time: clock).ReadAsync(query, TestContext.Current.CancellationToken)) { }
        });
        await Within(reading);
    }

    [Fact]
    public async Task GoesOnWhenTheOnlyFileIsEmptied()
    {
        List<string> notices = [];
        _log.Write(Records(0, 5));
        Task<List<string>> reading = _log.ReadAsync(Follow with { Notice = notices.Add });
        await Within(_log.UntilSeen(5));
        _log.Write(Records(5, 1));
        await Within(_log.UntilSeen(6));
        _ended.SetResult();
        Assert.Equal(Lines(0, 6), await reading);
        Assert.Single(notices);
    }

    [Fact]
    public async Task StopsWhenItIsCancelled()
    {
        _log.Write(Records(0, 1));
        using CancellationTokenSource source = new();
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task reading = Task.Run(async () =>
        {
            await foreach (LogRecord _ in new LogReader(_log.Path).ReadAsync(Follow, source.Token)) begun.TrySetResult();
        }, TestContext.Current.CancellationToken);
        await Within(begun.Task);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    /// <summary>Its hands do not move, its timers do.</summary>
    private sealed class Stopped : TimeProvider
    {
        private readonly DateTimeOffset _now = DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
