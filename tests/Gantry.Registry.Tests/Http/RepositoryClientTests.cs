using System.Net;
using System.Text;
using Gantry.Oci.Image;
using Gantry.Storage;

namespace Gantry.Registry.Tests.Http;

public sealed class RepositoryClientTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 700_000).Select(static i => (byte)(i * 31 >> 3))];
    private static readonly Descriptor Blob = new() { Digest = Digest.Of(Content), Size = Content.Length };

    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-registry-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static void Write(HttpListenerContext context, ReadOnlySpan<byte> bytes, int status = 200, string? type = null)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength64 = bytes.Length;
        context.Response.OutputStream.Write(bytes);
    }

    private static void Write(HttpListenerContext context, string text, int status = 200, string? type = null) => Write(context, Encoding.UTF8.GetBytes(text), status, type);

    /// <summary>Begins to send from an offset, and hangs up after some bytes.</summary>
    private static void Break(HttpListenerContext context, int from, int count)
    {
        context.Response.StatusCode = from > 0 ? 206 : 200;
        context.Response.ContentLength64 = Content.Length - from;
        if (from > 0) context.Response.AddHeader("Content-Range", $"bytes {from}-{Content.Length - 1}/{Content.Length}");
        context.Response.OutputStream.Write(Content, from, count);
        context.Response.OutputStream.Flush();
        context.Response.Abort();
    }

    private static int From(HttpListenerContext context) => context.Request.Headers["Range"] is { } range ? int.Parse(range["bytes=".Length..range.IndexOf('-')]) : 0;

    private async Task<byte[]> Download(ScriptedRegistry registry, RegistryOptions? options = null)
    {
        ContentStore store = new(_directory);
        using RepositoryClient client = registry.Client(options: options);
        using PartialBlob partial = store.BeginPartial(Blob.Digest);
        await client.DownloadAsync(Blob, partial, static _ => { }, Cancellation);
        partial.Commit(static _ => { });
        return store.Read(Blob.Digest, Content.Length);
    }

    [Fact]
    public async Task ABrokenDownloadGoesOnWhereItEnded()
    {
        using ScriptedRegistry registry = new((context, number) =>
        {
            if (number < 4) Break(context, From(context), 100_000);
            else
            {
                context.Response.AddHeader("Content-Range", $"bytes {From(context)}-{Content.Length - 1}/{Content.Length}");
                Write(context, Content.AsSpan(From(context)), 206);
            }
        });
        Assert.Equal(Content, await Download(registry));
        Assert.Equal(4, registry.Requests.Count);
        Assert.All(registry.Requests.Skip(1), static request => Assert.Contains("bytes=", request));
    }

    [Fact]
    public async Task AServerWithoutRangesSendsAllAgainAndNothingIsTwice()
    {
        using ScriptedRegistry registry = new((context, number) =>
        {
            if (number == 1) Break(context, 0, 300_000);
            else Write(context, Content);
        });
        Assert.Equal(Content, await Download(registry));
    }

    [Fact]
    public async Task AnotherProcessGoesOnWithWhatCame()
    {
        ContentStore first = new(_directory);
        using (PartialBlob partial = first.BeginPartial(Blob.Digest)) partial.Write(Content.AsSpan(0, 400_000));
        using ScriptedRegistry registry = new((context, _) =>
        {
            Assert.Equal(400_000, From(context));
            context.Response.AddHeader("Content-Range", $"bytes 400000-{Content.Length - 1}/{Content.Length}");
            Write(context, Content.AsSpan(400_000), 206);
        });
        Assert.Equal(Content, await Download(registry));
    }

    [Fact]
    public async Task WrongBytesAreRefusedAndForgotten()
    {
        byte[] wrong = [.. Content];
        wrong[5000] ^= 1;
        using ScriptedRegistry registry = new((context, number) => Write(context, number == 1 ? wrong : Content));
        GantryException error = await Assert.ThrowsAsync<GantryException>(() => Download(registry));
        Assert.Contains("does not match its digest", error.Message);
        Assert.Equal(Content, await Download(registry));
    }

    [Fact]
    public async Task MoreThanTheManifestSaysIsNotTaken()
    {
        using ScriptedRegistry registry = new((context, _) => Write(context, [.. Content, 1]));
        Assert.Contains("sent more", (await Assert.ThrowsAsync<GantryException>(() => Download(registry))).Message);
    }

    [Fact]
    public async Task ATokenIsAskedForOnceAndSent()
    {
        using ScriptedRegistry registry = new((context, _) =>
        {
            string path = context.Request.Url!.AbsolutePath;
            if (path == "/token") Write(context, """{"token":"good","expires_in":300}""");
            else if (context.Request.Headers["Authorization"] == "Bearer good") Write(context, "{}", type: MediaTypes.Manifest);
            else
            {
                context.Response.AddHeader("WWW-Authenticate", $"Bearer realm=\"http://{context.Request.UserHostName}/token\",service=\"a, b\",scope=\"repository:lib/thing:pull\"");
                Write(context, """{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}""", 401);
            }
        });
        using RepositoryClient client = registry.Client(new Credentials { Username = "me", Password = "secret" });
        await client.GetManifestAsync("latest", 1000, Cancellation);
        await client.GetManifestAsync("latest", 1000, Cancellation);
        Assert.Equal(
        [
            "GET /v2/lib/thing/manifests/latest",
            "GET /token?service=a%2C%20b&scope=repository%3Alib%2Fthing%3Apull&account=me Basic bWU6c2VjcmV0",
            "GET /v2/lib/thing/manifests/latest Bearer good",
            "GET /v2/lib/thing/manifests/latest Bearer good",
        ], registry.Requests);
    }

    [Fact]
    public async Task ATokenThatEndsIsReplaced()
    {
        int issued = 0, used = 0;
        using ScriptedRegistry registry = new((context, _) =>
        {
            if (context.Request.Url!.AbsolutePath == "/token") Write(context, $$"""{"token":"t{{++issued}}"}""");
            else if (context.Request.Headers["Authorization"] == $"Bearer t{issued}" && ++used != 2) Write(context, "{}");
            else
            {
                context.Response.AddHeader("WWW-Authenticate", $"Bearer realm=\"http://{context.Request.UserHostName}/token\"");
                Write(context, "", 401);
            }
        });
        using RepositoryClient client = registry.Client();
        await client.GetManifestAsync("a", 1000, Cancellation);
        await client.GetManifestAsync("b", 1000, Cancellation);
        Assert.Equal(2, issued);
    }

    [Fact]
    public async Task WrongCredentialsAreToldAsTheRegistryTellsThem()
    {
        using ScriptedRegistry registry = new((context, _) =>
        {
            context.Response.AddHeader("WWW-Authenticate", "Basic realm=\"x\"");
            Write(context, """{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}""", 401);
        });
        using RepositoryClient client = registry.Client(new Credentials { Username = "me", Password = "wrong" });
        GantryException error = await Assert.ThrowsAsync<GantryException>(() => client.GetManifestAsync("latest", 1000, Cancellation));
        Assert.Equal((ErrorKind.Unauthorized, "unauthorized: authentication required"), (error.Kind, error.Message));
        Assert.Equal(2, registry.Requests.Count);
    }

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
    public async Task CredentialsDoNotFollowToAnotherHost()
    {
        using ScriptedRegistry other = new((context, _) => Write(context, Content));
        using ScriptedRegistry registry = new((context, _) =>
        {
            if (context.Request.Headers["Authorization"] is null)
            {
                context.Response.AddHeader("WWW-Authenticate", "Basic realm=\"x\"");
                context.Response.StatusCode = 401;
                return;
            }
            context.Response.Redirect($"http://{other.Name}/elsewhere");
            context.Response.StatusCode = 307;
        });
        using RepositoryClient client = registry.Client(new Credentials { Username = "me", Password = "secret" });
        Assert.Equal(Content, await client.GetBlobAsync(Blob, Content.Length, Cancellation));
        Assert.Equal(["GET /elsewhere"], other.Requests);
    }

    [Fact]
    public async Task AManifestWithoutEndIsNotReadToItsEnd()
    {
        using ScriptedRegistry registry = new((context, _) => Write(context, new byte[100_000]));
        using RepositoryClient client = registry.Client();
        Assert.Contains("larger than 1000 bytes", (await Assert.ThrowsAsync<GantryException>(() => client.GetManifestAsync("latest", 1000, Cancellation))).Message);
    }

    [Fact]
    public async Task ADigestIsAPromise()
    {
        using ScriptedRegistry registry = new((context, _) => Write(context, "{}"));
        using RepositoryClient client = registry.Client();
        Assert.Contains("does not match its digest", (await Assert.ThrowsAsync<GantryException>(() => client.GetManifestAsync(Blob.Digest, 1000, Cancellation))).Message);
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

    [Fact]
    public async Task ABrokenUploadGoesOnWhereItEnded()
    {
        using MemoryStream received = new();
        bool broken = false;
        using ScriptedRegistry registry = new((context, _) =>
        {
            HttpListenerRequest request = context.Request;
            switch (request.HttpMethod)
            {
                case "HEAD":
                    context.Response.StatusCode = 404;
                    break;
                case "PATCH" when !broken:
                    broken = true;
                    byte[] part = new byte[250_000];
                    request.InputStream.ReadExactly(part);
                    received.Write(part);
                    Write(context, "", 503);
                    break;
                case "GET":
                    context.Response.AddHeader("Range", $"0-{received.Length - 1}");
                    context.Response.AddHeader("Location", "/v2/lib/thing/blobs/uploads/1?state=b");
                    context.Response.StatusCode = 204;
                    break;
                default:
                    request.InputStream.CopyTo(received);
                    context.Response.AddHeader("Location", "/v2/lib/thing/blobs/uploads/1?state=a");
                    context.Response.StatusCode = request.HttpMethod == "PUT" ? 201 : 202;
                    break;
            }
        });
        using RepositoryClient client = registry.Client();
        (UploadResult result, _) = await client.UploadAsync(Blob, [], static () => new MemoryStream(Content), static _ => { }, Cancellation);
        Assert.Equal(UploadResult.Sent, result);
        Assert.Equal(Content, received.ToArray());
        Assert.Contains(registry.Requests, request => request.StartsWith($"PUT /v2/lib/thing/blobs/uploads/1?state=a&digest={Uri.EscapeDataString(Blob.Digest)}", StringComparison.Ordinal));
    }

    private static readonly RegistryOptions Small = new() { ParallelFrom = 100_000, RangeSize = 50_000 };

    private static void WriteRange(HttpListenerContext context)
    {
        string[] range = context.Request.Headers["Range"]!["bytes=".Length..].Split('-');
        int from = int.Parse(range[0]), last = range[1].Length > 0 ? int.Parse(range[1]) : Content.Length - 1;
        context.Response.AddHeader("Content-Range", $"bytes {from}-{last}/{Content.Length}");
        Write(context, Content.AsSpan(from, last + 1 - from), 206);
    }

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
        Assert.Equal(Content, await Download(registry, Small));
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
        Assert.Equal(Content, await Download(registry, Small));
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
        Assert.Equal(Content, await Download(registry, Small));
    }

    [Fact]
    public async Task AServerWithoutRangesIsAskedOnce()
    {
        using ScriptedRegistry registry = new((context, _) => Write(context, Content));
        Assert.Equal(Content, await Download(registry, Small));
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
        Assert.Contains("does not match its digest", (await Assert.ThrowsAsync<GantryException>(() => Download(registry, Small))).Message);
        Assert.Empty(Directory.GetFiles(Path.Combine(_directory, "partial")));
    }

    [Fact]
    public async Task AServerThatFallsSilentIsAskedAgain()
    {
        using ScriptedRegistry registry = new(async (context, number) =>
        {
            if (number == 1)
            {
                context.Response.ContentLength64 = Content.Length;
                await context.Response.OutputStream.WriteAsync(Content.AsMemory(0, 200_000));
                await context.Response.OutputStream.FlushAsync();
                await Task.Delay(Timeout.Infinite, Cancellation).ContinueWith(static _ => { }, TaskScheduler.Default);
                return;
            }
            WriteRange(context);
            context.Response.Close();
        });
        Assert.Equal(Content, await Download(registry, new RegistryOptions { Patience = TimeSpan.FromSeconds(1) }));
        Assert.EndsWith("bytes=200000-", registry.Requests[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServerThatNeverAnswersIsGivenUpAfterSoManyTries()
    {
        using ScriptedRegistry registry = new((_, _) => Task.Delay(Timeout.Infinite, Cancellation));
        using RepositoryClient client = registry.Client(options: new RegistryOptions { Patience = TimeSpan.FromMilliseconds(300), Attempts = 2 });
        GantryException error = await Assert.ThrowsAsync<GantryException>(() => client.GetManifestAsync("latest", 1000, Cancellation));
        Assert.Equal(ErrorKind.Unavailable, error.Kind);
        Assert.Contains("no answer within 0.3 seconds", error.Message);
        Assert.Equal(2, registry.Requests.Count);
    }

    [Fact]
    public async Task HeadersAndCredentialsStayWithTheirHost()
    {
        using ScriptedRegistry other = new((context, _) =>
        {
            Assert.Null(context.Request.Headers["X-Secret"]);
            context.Response.AddHeader("Location", "/up?done=1");
            if (context.Request.HttpMethod == "PATCH") context.Request.InputStream.CopyTo(Stream.Null);
            context.Response.StatusCode = context.Request.HttpMethod == "PUT" ? 201 : 202;
        });
        using ScriptedRegistry registry = new((context, _) =>
        {
            Assert.Equal("hidden", context.Request.Headers["X-Secret"]);
            if (context.Request.Headers["Authorization"] is null)
            {
                context.Response.AddHeader("WWW-Authenticate", "Basic realm=\"x\"");
                context.Response.StatusCode = 401;
                return;
            }
            context.Response.AddHeader("Location", $"http://{other.Name}/up");
            context.Response.StatusCode = context.Request.HttpMethod == "HEAD" ? 404 : 202;
        });
        using RepositoryClient client = new(registry.Host with { Headers = [("X-Secret", "hidden")] }, "lib/thing", new RegistryOptions(), new Credentials { Username = "me", Password = "secret" });
        (UploadResult result, _) = await client.UploadAsync(Blob, [], static () => new MemoryStream(Content), static _ => { }, Cancellation);
        Assert.Equal(UploadResult.Sent, result);
        Assert.Equal(["PATCH /up", "PUT /up?done=1&digest=" + Uri.EscapeDataString(Blob.Digest)], other.Requests);
    }

    /// <summary>A registry that takes uploads, some of them not at once.</summary>
    private static ScriptedRegistry Receiver(MemoryStream received, Func<HttpListenerContext, bool> refuse) => new((context, _) =>
    {
        HttpListenerRequest request = context.Request;
        context.Response.AddHeader("Location", "/v2/lib/thing/blobs/uploads/1");
        if (refuse(context)) return;
        lock (received)
        {
            if (request.HttpMethod == "PATCH") Assert.Equal(received.Length, request.Headers["Content-Range"] is { } range ? int.Parse(range[..range.IndexOf('-')]) : 0);
            request.InputStream.CopyTo(received);
            context.Response.AddHeader("Range", $"0-{Math.Max(0, received.Length - 1)}");
        }
        context.Response.StatusCode = request.HttpMethod switch { "HEAD" => 404, "PUT" => 201, "GET" => 204, _ => 202 };
    });

    [Fact]
    public async Task ARegistryThatRefusesLargeBodiesGetsPieces()
    {
        using MemoryStream received = new();
        using ScriptedRegistry registry = Receiver(received, static context =>
        {
            if (context.Request.ContentLength64 <= 400_000) return false;
            context.Response.StatusCode = 413;
            return true;
        });
        using RepositoryClient client = registry.Client();
        await client.UploadAsync(Blob, [], static () => new MemoryStream(Content), static _ => { }, Cancellation);
        Assert.Equal(Content, received.ToArray());
        // One that was refused, perhaps again because the connection was gone before the refusal was read, and two pieces.
        Assert.InRange(registry.Requests.Count(static request => request.StartsWith("PATCH", StringComparison.Ordinal)), 3, 7);
    }

    [Fact]
    public async Task ARegistryThatTakesNothingIsAskedHowFarItCame()
    {
        using MemoryStream received = new();
        int patches = 0;
        using ScriptedRegistry registry = new(async (context, _) =>
        {
            context.Response.AddHeader("Location", "/v2/lib/thing/blobs/uploads/1");
            if (context.Request.HttpMethod == "PATCH" && Interlocked.Increment(ref patches) == 1)
            {
                await Task.Delay(Timeout.Infinite, Cancellation).ContinueWith(static _ => { }, TaskScheduler.Default);
                return;
            }
            lock (received) context.Request.InputStream.CopyTo(received);
            context.Response.AddHeader("Range", $"0-{Math.Max(0, received.Length - 1)}");
            context.Response.StatusCode = context.Request.HttpMethod switch { "HEAD" => 404, "PUT" => 201, "GET" => 204, _ => 202 };
            context.Response.Close();
        });
        using RepositoryClient client = registry.Client(options: new RegistryOptions { Patience = TimeSpan.FromMilliseconds(500) });
        await client.UploadAsync(Blob, [], static () => new MemoryStream(Content), static _ => { }, Cancellation).WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        Assert.Equal(Content, received.ToArray());
        Assert.Equal(2, patches);
    }

    [Fact]
    public async Task AnIndexIsAskedAndElsewhereTheCatalogInPages()
    {
        using ScriptedRegistry index = new(static (context, _) => Write(context, """{"results":[{"name":"word","description":"d","star_count":3,"is_official":true}]}"""));
        using ScriptedRegistry registry = new(static (context, _) =>
        {
            if (context.Request.RawUrl!.StartsWith("/v1/", StringComparison.Ordinal)) Write(context, "", 404);
            else if (context.Request.RawUrl.Contains("last=", StringComparison.Ordinal)) Write(context, """{"repositories":["c/word","d/words"]}""");
            else
            {
                context.Response.AddHeader("Link", "</v2/_catalog?last=b&n=1000>; rel=\"next\"");
                Write(context, """{"repositories":["a/word","b/other"]}""");
            }
        });
        RegistrySearch search = new(new RegistryOptions { CertificatesDirectory = _directory });
        Assert.Equal([new FoundRepository("word", "d", 3, true, false)], await search.RunAsync($"{index.Name}/word", 7, Credentials.None, Cancellation));
        Assert.EndsWith("/v1/search?q=word&n=7", index.Requests[^1], StringComparison.Ordinal);
        Assert.Equal([$"{registry.Name}/a/word", $"{registry.Name}/c/word"], (await search.RunAsync($"{registry.Name}/word", 2, Credentials.None, Cancellation)).Select(static found => found.Name));
        await Assert.ThrowsAsync<GantryException>(() => search.RunAsync("http://x/word", 0, Credentials.None, Cancellation));
        await Assert.ThrowsAsync<GantryException>(() => search.RunAsync("word", 101, Credentials.None, Cancellation));
    }

    [Fact]
    public async Task ATokenThatEndsDuringAnUploadCostsNoByte()
    {
        using MemoryStream received = new();
        int issued = 0, patches = 0;
        using ScriptedRegistry registry = Receiver(received, context =>
        {
            if (context.Request.Url!.AbsolutePath == "/token")
            {
                Write(context, $$"""{"token":"t{{++issued}}"}""");
                return true;
            }
            bool ends = context.Request.HttpMethod == "PATCH" && Interlocked.Increment(ref patches) == 1;
            if (context.Request.Headers["Authorization"] == $"Bearer t{issued}" && !ends) return false;
            // It reads some of the body before it says no.
            if (ends) context.Request.InputStream.ReadExactly(new byte[300_000]);
            context.Response.AddHeader("WWW-Authenticate", $"Bearer realm=\"http://{context.Request.UserHostName}/token\"");
            context.Response.StatusCode = 401;
            return true;
        });
        using RepositoryClient client = registry.Client();
        await client.UploadAsync(Blob, [], static () => new MemoryStream(Content), static _ => { }, Cancellation);
        Assert.Equal(Content, received.ToArray());
        Assert.Equal(2, issued);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
