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

    private static int From(HttpListenerContext context) => context.Request.Headers["Range"] is { } range ? int.Parse(range["bytes=".Length..].TrimEnd('-')) : 0;

    private async Task<byte[]> Download(ScriptedRegistry registry)
    {
        ContentStore store = new(_directory);
        using RepositoryClient client = registry.Client();
        using PartialBlob partial = store.BeginPartial(Blob.Digest);
        await client.DownloadAsync(Blob, partial, static () => { }, Cancellation);
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

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
