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
    public async Task Ends_after_the_last_record_of_an_ended_container()
    {
        _log.Write(Records(0, 3));
        Task<List<string>> reading = _log.ReadAsync(Follow);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.False(reading.IsCompleted);
        _log.Append(Records(3, 2));
        _ended.SetResult();
        Assert.Equal(Lines(0, 5), await reading.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    /// <summary>A client asks for the log, hears of the end and removes the container before it reads what it asked for: docker-py does.</summary>
    [Fact]
    public async Task What_was_asked_for_is_there_though_the_container_is_removed_before_it_is_read()
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
    public async Task Starts_at_the_end_with_a_tail_of_none()
    {
        _log.Write(Records(0, 3));
        Task<List<string>> reading = _log.ReadAsync(Follow with { Tail = 0 });
        await Task.Delay(50, TestContext.Current.CancellationToken);
        _log.Append(Records(3, 2));
        _ended.SetResult();
        Assert.Equal(Lines(3, 2), await reading);
    }

    [Fact]
    public async Task Loses_and_repeats_nothing_when_files_rotate_under_it()
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
    public async Task Waits_for_the_rest_of_a_record_that_is_being_written()
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
    public async Task Begins_when_the_file_appears()
    {
        Task<List<string>> reading = _log.ReadAsync(Follow);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        _log.Write(Records(0, 2));
        _ended.SetResult();
        Assert.Equal(Lines(0, 2), await reading);
    }

    [Fact]
    public async Task Goes_on_when_the_only_file_is_emptied()
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
    public async Task Stops_when_it_is_cancelled()
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
