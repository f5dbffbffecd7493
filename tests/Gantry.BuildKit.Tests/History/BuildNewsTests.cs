using Gantry.BuildKit.History;

namespace Gantry.BuildKit.Tests.History;

public sealed class BuildNewsTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"gantry-news-{Guid.NewGuid():N}");

    public void Dispose() => File.Delete(_path);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhoReadsReadsToTheEndHoweverLateHeIs()
    {
        BuildNews news = BuildNews.Create(_path);
        news.Append("one"u8);
        await using IAsyncEnumerator<byte[]> slow = news.ReadAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await slow.MoveNextAsync());
        news.Append("two"u8);
        news.End();
        news.Dispose();
        Assert.True(await slow.MoveNextAsync());
        Assert.Equal("two"u8, slow.Current);
        Assert.False(await slow.MoveNextAsync());
        Assert.Empty(await All(news));
        using BuildNews again = BuildNews.Open(_path)!;
        Assert.Equal(["one", "two"], await All(again));
    }

    private static async Task<List<string>> All(BuildNews news)
    {
        List<string> all = [];
        await foreach (byte[] message in news.ReadAsync(Cancellation))
            all.Add(System.Text.Encoding.UTF8.GetString(message));
        return all;
    }
}
