using Gantry.BuildKit.Progress;
using Gantry.BuildKit.Protocol.StatusApi;

namespace Gantry.BuildKit.Tests.Progress;

public sealed class StatusFeedTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<StatusResponse?> Next(StatusFeed feed) =>
        await feed.NextAsync(Cancellation) is { } news ? StatusResponse.Parser.ParseFrom(news) : null;

    [Fact]
    public async Task WhatHasComeGoesTogetherAndTheEndAfterIt()
    {
        StatusFeed feed = new();
        StatusVertex vertex = new BuildStatus(feed, TimeProvider.System, "b").Begin("thing");
        vertex.Say("one"u8, isError: false);
        vertex.Say("two"u8, isError: true);
        vertex.Done();
        feed.End();
        StatusResponse? news = await Next(feed);
        Assert.Equal((3, 2), (news!.Vertexes.Count, news.Logs.Count));
        Assert.Equal(("thing", true), (news.Vertexes[^1].Name, news.Vertexes[^1].Completed is not null));
        Assert.Equal([1, 2], news.Logs.Select(log => log.Stream));
        Assert.Null(await Next(feed));
        Assert.Null(await Next(feed));
    }

    [Fact]
    public async Task ABuildDoesNotRunAheadOfWhoDoesNotRead()
    {
        StatusFeed feed = new();
        StatusVertex vertex = new BuildStatus(feed, TimeProvider.System, "b").Begin("thing");
        byte[] piece = new byte[100_000];
        int said = 0;
        Task saying = Task.Run(() =>
        {
            for (int i = 0; i < 100; i++, said++) vertex.Say(piece, isError: false);
        }, Cancellation);
        int got = 0, most = 0;
        while (got < 100)
        {
            StatusResponse news = (await Next(feed))!;
            got += news.Logs.Count;
            most = Math.Max(most, news.Logs.Count);
        }
        await saying;
        Assert.Equal((100, 100), (said, got));
        Assert.InRange(most, 1, 11);
    }

    [Fact]
    public async Task WhoIsNotReadAnyMoreIsHeldUpByNobody()
    {
        StatusFeed feed = new();
        StatusVertex vertex = new BuildStatus(feed, TimeProvider.System, "b").Begin("thing");
        Task saying = Task.Run(() =>
        {
            for (int i = 0; i < 100; i++) vertex.Say(new byte[100_000], isError: false);
        }, Cancellation);
        feed.End();
        await saying.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task WhatHasEndedStaysAsItEnded()
    {
        StatusFeed feed = new();
        StatusVertex vertex = new BuildStatus(feed, TimeProvider.System, "b").Begin("thing");
        vertex.Fail(new OperationCanceledException());
        vertex.Done();
        StatusResponse news = (await Next(feed))!;
        Assert.Equal("context canceled", news.Vertexes[^1].Error);
        Assert.Equal(3, news.Vertexes.Count);
    }
}
