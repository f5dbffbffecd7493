using System.Net;
using Gantry.Oci.Image;
using Gantry.Registry.Authorization;
using Gantry.Registry.Hosts;
using Gantry.Registry.Http;
using Gantry.Registry.Push;
using Gantry.Registry.Tests.Http;
using Gantry.Tests.Shared;
using static Gantry.Registry.Tests.Http.Sample;

namespace Gantry.Registry.Tests.Push;

/// <summary>A push goes on inside the layer that an earlier one, perhaps of another process, was in;
/// whatever the registry says to that.</summary>
public sealed class UnfinishedUploadTests : IDisposable
{
    private static readonly byte[] Large = [.. Enumerable.Range(0, 3_000_000).Select(static i => (byte)(i * 37 >> 5))];
    private static readonly Descriptor LargeBlob = new() { Digest = Digest.Of(Large), Size = Large.Length };

    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-uploads-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Keeps what comes; POST begins anew, unless <paramref name="other"/> has answered.</summary>
    private static ScriptedRegistry Keeping(MemoryStream received, Func<HttpListenerContext, Task<bool>> other) => new(async (context, _) =>
    {
        if (!await other(context))
        {
            lock (received)
            {
                if (context.Request.HttpMethod == "POST") received.SetLength(0);
                context.Request.InputStream.CopyTo(received);
                context.Response.AddHeader("Location", "/v2/lib/thing/blobs/uploads/new");
                context.Response.AddHeader("Range", $"0-{Math.Max(0, received.Length - 1)}");
            }
            context.Response.StatusCode = context.Request.HttpMethod switch { "HEAD" => 404, "PUT" => 201, "GET" => 204, _ => 202 };
        }
        // Closed with something unread the connection would be reset, and the answer lost to a client that is still sending.
        context.Request.InputStream.CopyTo(Stream.Null);
        context.Response.Close();
    });

    private async Task Push(ScriptedRegistry registry, CancellationToken cancellation, Credentials? credentials = null,
        RegistryOptions? options = null)
    {
        using RepositoryClient client = registry.Client(credentials, options);
        client.Unfinished = new UnfinishedUploads(_directory);
        (UploadResult result, _) =
            await client.UploadAsync(LargeBlob, [], static () => new MemoryStream(Large), static _ => { }, cancellation);
        Assert.Equal(UploadResult.Sent, result);
    }

    private void Note(ScriptedRegistry registry, string location)
    {
        using UnfinishedUpload note = new UnfinishedUploads(_directory).Open(registry.Host, "lib/thing", LargeBlob.Digest)!;
        note.Keep(new Uri(location));
    }

    private static int Count(ScriptedRegistry registry, string start) =>
        registry.Requests.Count(request => request.StartsWith(start, StringComparison.Ordinal));

    [Fact]
    public void AnUploadThatTheRegistryHasForgottenByNowIsForgottenToo()
    {
        using ScriptedRegistry registry = new((_, _) => { });
        Note(registry, $"http://{registry.Name}/earlier");
        new UnfinishedUploads(_directory, new Later(TimeSpan.FromHours(23))).Open(registry.Host, "lib/other", LargeBlob.Digest)!.Dispose();
        Assert.Single(Directory.GetFiles(_directory));
        new UnfinishedUploads(_directory, new Later(TimeSpan.FromHours(25))).Open(registry.Host, "lib/other", LargeBlob.Digest)!.Dispose();
        Assert.Empty(Directory.GetFiles(_directory));
    }

    [Fact]
    public async Task AnotherProcessGoesOnInsideTheLayer()
    {
        using MemoryStream received = new();
        TaskCompletionSource half = new(), gone = new();
        using ScriptedRegistry registry = Keeping(received, async context =>
        {
            if (context.Request.HttpMethod != "PATCH" || half.Task.IsCompleted) return false;
            byte[] part = new byte[2_000_000];
            context.Request.InputStream.ReadExactly(part);
            received.Write(part);
            half.SetResult();
            await gone.Task;
            return true;
        });
        using CancellationTokenSource kill = new();
        Task first = Push(registry, kill.Token);
        await half.Task;
        string note = Assert.Single(Directory.GetFiles(_directory));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(note));
        await kill.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gone.SetResult();
        await Push(registry, Cancellation);
        Assert.Equal(Large, received.ToArray());
        Assert.Equal(1, Count(registry, "POST"));
        Assert.Empty(Directory.GetFiles(_directory));
    }

    [Theory]
    [InlineData(404, null, null)]
    [InlineData(403, null, null)]
    [InlineData(416, null, null)]
    [InlineData(204, "0-3000000", null)]
    [InlineData(204, "0-9223372036854775807", null)]
    [InlineData(204, "0--7", null)]
    [InlineData(204, "5-100", null)]
    [InlineData(204, "all of it", null)]
    [InlineData(204, "0-99", "file:///etc/passwd")]
    [InlineData(204, "0-99", "gopher://elsewhere.example/")]
    public async Task WhatLeadsNowhereIsBegunAnew(int status, string? range, string? location)
    {
        using MemoryStream received = new();
        using ScriptedRegistry registry = Keeping(received, context =>
        {
            if (context.Request.RawUrl != "/earlier") return Task.FromResult(false);
            context.Response.StatusCode = status;
            if (range is not null) context.Response.AddHeader("Range", range);
            if (location is not null) context.Response.AddHeader("Location", location);
            return Task.FromResult(true);
        });
        Note(registry, $"http://{registry.Name}/earlier");
        await Push(registry, Cancellation);
        Assert.Equal(Large, received.ToArray());
        Assert.Equal((1, 1, 1), (Count(registry, "GET /earlier"), Count(registry, "POST"), Count(registry, "PATCH")));
        Assert.Empty(Directory.GetFiles(_directory));
    }

    [Fact]
    public async Task WhatWasDamagedIsSentAnew()
    {
        using MemoryStream whole = new();
        int refused = 0;
        using ScriptedRegistry registry = Keeping(whole, context =>
        {
            string method = context.Request.HttpMethod;
            if (method == "GET")
            {
                context.Response.AddHeader("Range", "0-999");
                context.Response.StatusCode = 204;
            }
            else if (method == "PUT" && Interlocked.Increment(ref refused) == 1)
                Write(context, """{"errors":[{"code":"DIGEST_INVALID","message":"provided digest did not match uploaded content"}]}""",
                    400);
            else return Task.FromResult(false);
            return Task.FromResult(true);
        });
        Note(registry, $"http://{registry.Name}/earlier");
        await Push(registry, Cancellation);
        Assert.Equal(Large, whole.ToArray());
        Assert.Equal(2, Count(registry, "PUT"));
    }

    [Fact]
    public async Task AnotherHostThatWasNotedLearnsNothingOfTheUser()
    {
        using MemoryStream received = new();
        received.Write(Large.AsSpan(0, 1_000_000));
        using ScriptedRegistry other = Keeping(received, static _ => Task.FromResult(false));
        using ScriptedRegistry registry = Keeping(new MemoryStream(), static context =>
        {
            if (context.Request.Headers["Authorization"] is not null) return Task.FromResult(false);
            context.Response.AddHeader("WWW-Authenticate", "Basic realm=\"x\"");
            context.Response.StatusCode = 401;
            return Task.FromResult(true);
        });
        Note(registry, $"http://{other.Name}/earlier");
        await Push(registry, Cancellation, new Credentials { Username = "me", Password = "secret" });
        Assert.Equal(Large, received.ToArray());
        Assert.All(other.Requests, static request => Assert.DoesNotContain("Basic", request));
        Assert.Equal(["GET", "PATCH", "PUT"], other.Requests.Select(static request => request.Split(' ')[0]));
    }

    [Fact]
    public async Task AnUploadThatBreaksAndIsGoneIsBegunAnewAFewTimes()
    {
        using MemoryStream received = new();
        int broken = 0;
        bool heals = true;
        using ScriptedRegistry registry = Keeping(received, context =>
        {
            if (context.Request.HttpMethod == "PATCH" && (!heals || Interlocked.Increment(ref broken) == 1))
            {
                context.Request.InputStream.ReadExactly(new byte[500_000]);
                context.Response.StatusCode = 500;
            }
            else if (context.Request.HttpMethod == "GET")
                Write(context, """{"errors":[{"code":"BLOB_UPLOAD_INVALID","message":"blob upload invalid"}]}""", 404);
            else return Task.FromResult(false);
            return Task.FromResult(true);
        });
        await Push(registry, Cancellation);
        Assert.Equal(Large, received.ToArray());
        Assert.Equal(2, Count(registry, "POST"));
        heals = false;
        GantryException error =
            await Assert.ThrowsAsync<GantryException>(() => Push(registry, Cancellation, options: new RegistryOptions { Attempts = 2 }));
        Assert.Equal((ErrorKind.Unavailable, 4), (error.Kind, Count(registry, "POST")));
    }

    [Fact]
    public async Task ARegistryThatTakesOneRequestAloneGetsTheWholeAgain()
    {
        using MemoryStream received = new();
        int broken = 0;
        using ScriptedRegistry registry = Keeping(received, context =>
        {
            if (context.Request.HttpMethod != "PATCH") return Task.FromResult(false);
            if (context.Request.Headers["Content-Range"] is not null) context.Response.StatusCode = 400;
            else if (Interlocked.Increment(ref broken) == 1)
            {
                byte[] part = new byte[500_000];
                context.Request.InputStream.ReadExactly(part);
                received.Write(part);
                context.Response.StatusCode = 500;
            }
            else return Task.FromResult(false);
            return Task.FromResult(true);
        });
        await Push(registry, Cancellation);
        Assert.Equal(Large, received.ToArray());
        Assert.Equal(2, Count(registry, "POST"));
    }

    [Fact]
    public void TwoPushesAtTheSameTimeDoNotShareAnUploadAndOldOnesAreForgotten()
    {
        UnfinishedUploads uploads = new(_directory);
        RegistryHost host = new(new Uri("https://registry.example/"), false, false);
        using (UnfinishedUpload first = uploads.Open(host, "a", LargeBlob.Digest)!)
        {
            first.Keep(new Uri("https://registry.example/v2/a/1"));
            Assert.Null(uploads.Open(host, "a", LargeBlob.Digest));
            using UnfinishedUpload elsewhere = uploads.Open(host, "b", LargeBlob.Digest)!;
            Assert.Null(elsewhere.Earlier());
        }
        using (UnfinishedUpload again = uploads.Open(host, "a", LargeBlob.Digest)!)
            Assert.Equal("https://registry.example/v2/a/1", again.Earlier()!.AbsoluteUri);
        string file = Assert.Single(Directory.GetFiles(_directory));
        foreach (string damaged in (string[])["", "{", "null", """{"location":"file:///etc/passwd"}""", """{"location":7}"""])
        {
            File.WriteAllText(file, damaged);
            using UnfinishedUpload again = uploads.Open(host, "a", LargeBlob.Digest)!;
            Assert.Null(again.Earlier());
        }
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-2));
        uploads.Open(host, "c", LargeBlob.Digest)!.Dispose();
        Assert.Empty(Directory.GetFiles(_directory));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
