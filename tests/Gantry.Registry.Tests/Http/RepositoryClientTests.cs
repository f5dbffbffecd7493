using Gantry.Registry.Hosts;
using Gantry.Registry.Http;
using static Gantry.Registry.Tests.Http.Sample;

namespace Gantry.Registry.Tests.Http;

/// <summary>Documents and tags, and hosts that are out of order.</summary>
public sealed class RepositoryClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task AServerThatIsOutOfOrderIsAskedAgainWhenItSays(int status)
    {
        List<int> pauses = [];
        using ScriptedRegistry registry = new((context, number) =>
        {
            if (number == 1)
            {
                context.Response.AddHeader("Retry-After", "1");
                Write(context, "", status);
            }
            else Write(context, "{}");
        });
        using RepositoryClient client = registry.Client();
        client.Pausing = pauses.Add;
        await client.GetManifestAsync("latest", 1000, Cancellation);
        Assert.Equal([1], pauses);
    }

    [Fact]
    public async Task APauseUntilADateIsCountedByOurOwnClock()
    {
        using ScriptedRegistry registry = new((context, number) =>
        {
            if (number == 1)
            {
                context.Response.AddHeader("Retry-After", "Wed, 01 Jan 2031 00:00:20 GMT");
                Write(context, "", 503);
            }
            else Write(context, "{}");
        });
        ImpatientClock clock = new(new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using RepositoryClient client = registry.Client(time: clock);
        await client.GetManifestAsync("latest", 1000, Cancellation);
        Assert.Equal([TimeSpan.FromSeconds(20)], clock.Waited);
    }

    /// <summary>It stands still, and what waits by it waits for nothing.</summary>
    private sealed class ImpatientClock(DateTimeOffset now) : TimeProvider
    {
        public List<TimeSpan> Waited { get; } = [];

        public override DateTimeOffset GetUtcNow() => now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waited.Add(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }

    [Fact]
    public async Task AServerThatNeverAnswersIsGivenUpAfterSoManyTries()
    {
        using ScriptedRegistry registry = new((_, _) => Task.Delay(Timeout.Infinite, Cancellation));
        RegistryOptions options = new() { Patience = TimeSpan.FromMilliseconds(1500), Attempts = 2 };
        using RepositoryClient client = registry.Client(options: options);
        GantryException error = await Assert.ThrowsAsync<GantryException>(() => client.GetManifestAsync("latest", 1000, Cancellation));
        Assert.Equal(ErrorKind.Unavailable, error.Kind);
        Assert.Contains("no answer within 1.5 seconds", error.Message);
        Assert.Equal(2, registry.Requests.Count);
    }

    [Fact]
    public async Task AManifestWithoutEndIsNotReadToItsEnd()
    {
        using ScriptedRegistry registry = new((context, _) => Write(context, new byte[100_000]));
        using RepositoryClient client = registry.Client();
        Assert.Contains("larger than 1000 bytes",
            (await Assert.ThrowsAsync<GantryException>(() => client.GetManifestAsync("latest", 1000, Cancellation))).Message);
    }

    [Theory]
    [InlineData("/v2/again")]
    [InlineData("file:///etc/passwd")]
    [InlineData("//[")]
    public async Task ARedirectionThatLeadsNowhereIsTheRegistrysFault(string location)
    {
        using ScriptedRegistry registry = new((context, _) =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers["Location"] = location;
        });
        using RepositoryClient client = registry.Client();
        GantryException error = await Assert.ThrowsAsync<GantryException>(() => client.GetManifestAsync("latest", 1000, Cancellation));
        Assert.Equal(ErrorKind.Unavailable, error.Kind);
        Assert.StartsWith("fetch manifest latest: ", error.Message);
    }

    [Fact]
    public async Task AnAnswerWithNullsIsTheRegistrysFault()
    {
        using ScriptedRegistry registry = new((context, number) =>
        {
            if (number == 1) Write(context, """{"tags":[null]}""");
            else Write(context, """{"errors":[null]}""", 404);
        });
        using RepositoryClient client = registry.Client();
        Assert.Equal(ErrorKind.Unavailable, (await Assert.ThrowsAsync<GantryException>(() => client.GetTagsAsync(Cancellation))).Kind);
        GantryException error = await Assert.ThrowsAsync<GantryException>(() => client.GetManifestAsync("latest", 1000, Cancellation));
        Assert.Equal((ErrorKind.NotFound, "fetch manifest latest: unexpected status 404 Not Found"), (error.Kind, error.Message));
    }

    [Fact]
    public async Task ADigestIsAPromise()
    {
        using ScriptedRegistry registry = new((context, _) => Write(context, "{}"));
        using RepositoryClient client = registry.Client();
        Assert.Contains("does not match its digest",
            (await Assert.ThrowsAsync<GantryException>(() => client.GetManifestAsync(Blob.Digest, 1000, Cancellation))).Message);
    }

    [Fact]
    public async Task TagsComeInPages()
    {
        using ScriptedRegistry registry = new((context, number) =>
        {
            if (number == 1) context.Response.AddHeader("Link", "</v2/lib/thing/tags/list?last=b&n=2>; rel=\"next\"");
            Write(context, number == 1 ? """{"name":"lib/thing","tags":["a","b"]}""" : """{"tags":["c"]}""");
        });
        using RepositoryClient client = registry.Client();
        Assert.Equal(["a", "b", "c"], await client.GetTagsAsync(Cancellation));
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://elsewhere.example/")]
    [InlineData("http://[nonsense")]
    public async Task ANextPageIsNotLookedForAnywhere(string next)
    {
        using ScriptedRegistry registry = new((context, _) =>
        {
            context.Response.AddHeader("Link", $"<{next}>; rel=\"next\"");
            Write(context, """{"tags":["a"]}""");
        });
        using RepositoryClient client = registry.Client();
        Assert.Contains("no http or https address",
            (await Assert.ThrowsAsync<GantryException>(() => client.GetTagsAsync(Cancellation))).Message);
    }

    [Fact]
    public async Task PagesWithoutEndComeToAnEnd()
    {
        string page = $$"""{"tags":[{{string.Join(',', Enumerable.Repeat("\"a\"", 30_000))}}]}""";
        using ScriptedRegistry registry = new((context, _) =>
        {
            context.Response.AddHeader("Link", "</v2/lib/thing/tags/list?last=a>; rel=\"next\"");
            Write(context, page);
        });
        using RepositoryClient client = registry.Client();
        Assert.Contains("more than 120000 tags",
            (await Assert.ThrowsAsync<GantryException>(() => client.GetTagsAsync(Cancellation))).Message);
    }
}
