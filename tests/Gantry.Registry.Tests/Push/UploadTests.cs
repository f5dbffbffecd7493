using System.Net;
using Gantry.Oci.Image;
using Gantry.Registry.Authorization;
using Gantry.Registry.Hosts;
using Gantry.Registry.Http;
using Gantry.Registry.Tests.Http;
using static Gantry.Registry.Tests.Http.Sample;

namespace Gantry.Registry.Tests.Push;

/// <summary>A blob on its way to a registry within one push.</summary>
public sealed class UploadTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A registry that takes uploads, some of them not at once.</summary>
    private static ScriptedRegistry Receiver(MemoryStream received, Func<HttpListenerContext, bool> refuse) => new((context, _) =>
    {
        HttpListenerRequest request = context.Request;
        context.Response.AddHeader("Location", "/v2/lib/thing/blobs/uploads/1");
        if (refuse(context))
        {
            // Closed with something unread the connection would be reset, and the answer lost to a client that is still sending.
            request.InputStream.CopyTo(Stream.Null);
            return;
        }
        lock (received)
        {
            if (request.HttpMethod == "PATCH")
                Assert.Equal(received.Length, request.Headers["Content-Range"] is { } range ? int.Parse(range[..range.IndexOf('-')]) : 0);
            request.InputStream.CopyTo(received);
            context.Response.AddHeader("Range", $"0-{Math.Max(0, received.Length - 1)}");
        }
        context.Response.StatusCode = request.HttpMethod switch { "HEAD" => 404, "PUT" => 201, "GET" => 204, _ => 202 };
    });

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
        (UploadResult result, _) =
            await client.UploadAsync(Blob, [], static () => new MemoryStream(Content), static _ => { }, Cancellation);
        Assert.Equal(UploadResult.Sent, result);
        Assert.Equal(Content, received.ToArray());
        Assert.Contains(registry.Requests,
            request => request.StartsWith($"PUT /v2/lib/thing/blobs/uploads/1?state=a&digest={Uri.EscapeDataString(Blob.Digest)}",
                StringComparison.Ordinal));
    }

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
        await client.UploadAsync(Blob, [], static () => new MemoryStream(Content), static _ => { }, Cancellation)
            .WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        Assert.Equal(Content, received.ToArray());
        // Or once more, where the second one was slow.
        Assert.True(patches >= 2);
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
        using RepositoryClient client = new(registry.Host with { Headers = [("X-Secret", "hidden")] }, "lib/thing", new RegistryOptions(),
            new Credentials { Username = "me", Password = "secret" });
        (UploadResult result, _) =
            await client.UploadAsync(Blob, [], static () => new MemoryStream(Content), static _ => { }, Cancellation);
        Assert.Equal(UploadResult.Sent, result);
        Assert.Equal(["PATCH /up", "PUT /up?done=1&digest=" + Uri.EscapeDataString(Blob.Digest)], other.Requests);
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
}
