using System.Net;
using Gantry.Oci.Image;
using Gantry.Registry.Hosts;
using Gantry.Registry.Tests.Http;
using static Gantry.Registry.Tests.Http.Sample;

namespace Gantry.Registry.Tests.Pull;

/// <summary>A large blob in several ranges at once.</summary>
public sealed class RangesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-registry-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static readonly RegistryOptions Small = new() { ParallelFrom = 100_000, RangeSize = 50_000 };

    [Fact]
    public async Task ALargeBlobComesInRangesAtTheSameTime()
    {
        int now = 0, most = 0;
        using Barrier together = new(2);
        using ScriptedRegistry registry = new((context, number) =>
        {
            int current = Interlocked.Increment(ref now);
            lock (together) most = Math.Max(most, current);
            // The second and the third meet, so at least two are under way at once.
            if (number is 2 or 3) Assert.True(together.SignalAndWait(10_000, Cancellation));
            WriteRange(context);
            Interlocked.Decrement(ref now);
        });
        Assert.Equal(Content, await Download(_directory, registry, Small));
        Assert.InRange(most, 2, 4);
        Assert.Equal(14, registry.Requests.Count);
        Assert.Equal("GET /v2/lib/thing/blobs/" + Blob.Digest + "  bytes=0-49999", registry.Requests[0]);
    }

    [Fact]
    public async Task ABrokenRangeGoesOnWhereItEnded()
    {
        int broken = 0;
        using ScriptedRegistry registry = new((context, _) =>
        {
            int from = From(context);
            if (from == 150_000 && Interlocked.Increment(ref broken) == 1)
            {
                context.Response.StatusCode = 206;
                context.Response.AddHeader("Content-Range", $"bytes 150000-199999/{Content.Length}");
                context.Response.ContentLength64 = 50_000;
                context.Response.OutputStream.Write(Content, from, 20_000);
                context.Response.OutputStream.Flush();
                context.Response.Abort();
            }
            else WriteRange(context);
        });
        Assert.Equal(Content, await Download(_directory, registry, Small));
        Assert.Contains(registry.Requests, static request => request.EndsWith("bytes=170000-199999", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AServerThatLosesItsRangesOnTheWaySendsTheRest()
    {
        using ScriptedRegistry registry = new((context, number) =>
        {
            if (number < 4) WriteRange(context);
            else Write(context, Content);
        });
        Assert.Equal(Content, await Download(_directory, registry, Small));
    }

    [Fact]
    public async Task AServerWithoutRangesIsAskedOnce()
    {
        using ScriptedRegistry registry = new((context, _) => Write(context, Content));
        Assert.Equal(Content, await Download(_directory, registry, Small));
        Assert.Single(registry.Requests);
    }

    [Fact]
    public async Task WrongBytesInARangeAreRefused()
    {
        byte[] wrong = [.. Content];
        wrong[320_000] ^= 1;
        using ScriptedRegistry registry = new((context, _) =>
        {
            int from = From(context);
            context.Response.AddHeader("Content-Range", $"bytes {from}-{from + 49_999}/{Content.Length}");
            Write(context, wrong.AsSpan(from, 50_000), 206);
        });
        Assert.Contains("does not match its digest",
            (await Assert.ThrowsAsync<GantryException>(() => Download(_directory, registry, Small))).Message);
        Assert.Empty(Directory.GetFiles(Path.Combine(_directory, "partial")));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
