using Gantry.Engine.Logs;
using Xunit;
using static Gantry.Engine.Tests.Logs.LogFixture;

namespace Gantry.Engine.Tests.Logs;

public sealed class LogFollowTests : IDisposable
{
    private readonly LogFixture _log = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => _log.Dispose();

    private LogQuery Follow => new() { Stdout = true, Stderr = true, Follow = true, Ended = _ended.Task };

    [Fact]
    public async Task EndsAfterTheLastRecordOfAnEndedContainer()
    {
        _log.Write(Records(0, 3));
        Task<List<string>> reading = _log.ReadAsync(Follow);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.False(reading.IsCompleted);
        _log.Append(Records(3, 2));
        _ended.SetResult();
        Assert.Equal(Lines(0, 5), await reading.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
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
        await Task.Delay(50, TestContext.Current.CancellationToken);
        _log.Append(Records(3, 2));
        _ended.SetResult();
        Assert.Equal(Lines(3, 2), await reading);
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
                // Slower than the reader's longest pause: fewer files than that are kept, so a reader must not fall behind by all of them.
                await Task.Delay(30, TestContext.Current.CancellationToken);
                _log.Rotate();
            }
        }
        _ended.SetResult();
        Assert.Equal(Lines(0, count), await reading.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task WaitsForTheRestOfARecordThatIsBeingWritten()
    {
        string record = Record(1);
        _log.Write(Record(0) + record[..25]);
        Task<List<string>> reading = _log.ReadAsync(Follow);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        _log.Append(record[25..]);
        _ended.SetResult();
        Assert.Equal(Lines(0, 2), await reading);
    }

    [Fact]
    public async Task BeginsWhenTheFileAppears()
    {
        Task<List<string>> reading = _log.ReadAsync(Follow);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        _log.Write(Records(0, 2));
        _ended.SetResult();
        Assert.Equal(Lines(0, 2), await reading);
    }

    [Fact]
    public async Task GoesOnWhenTheOnlyFileIsEmptied()
    {
        List<string> notices = [];
        _log.Write(Records(0, 5));
        Task<List<string>> reading = _log.ReadAsync(Follow with { Notice = notices.Add });
        await Task.Delay(150, TestContext.Current.CancellationToken);
        _log.Write(Records(5, 1));
        await Task.Delay(250, TestContext.Current.CancellationToken);
        _ended.SetResult();
        Assert.Equal(Lines(0, 6), await reading);
        Assert.Single(notices);
    }

    [Fact]
    public async Task StopsWhenItIsCancelled()
    {
        _log.Write(Records(0, 1));
        using CancellationTokenSource source = new();
        Task reading = Task.Run(async () =>
        {
            await foreach (LogRecord _ in new LogReader(_log.Path).ReadAsync(Follow, source.Token)) { }
        }, TestContext.Current.CancellationToken);
        await Task.Delay(30, TestContext.Current.CancellationToken);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }
}
