using System.Net;
using Gantry.Oci.Image;
using Gantry.Registry.Hosts;
using Gantry.Registry.Tests.Http;
using Gantry.Storage.Content;
using static Gantry.Registry.Tests.Http.Sample;

namespace Gantry.Registry.Tests.Pull;

/// <summary>A blob that comes in one stream: broken off, gone on with, checked.</summary>
public sealed class DownloadTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-registry-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

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
        Assert.Equal(Content, await Download(_directory, registry));
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
        Assert.Equal(Content, await Download(_directory, registry));
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
        Assert.Equal(Content, await Download(_directory, registry));
    }

    [Fact]
    public async Task WrongBytesAreRefusedAndForgotten()
    {
        byte[] wrong = [.. Content];
        wrong[5000] ^= 1;
        using ScriptedRegistry registry = new((context, number) => Write(context, number == 1 ? wrong : Content));
        GantryException error = await Assert.ThrowsAsync<GantryException>(() => Download(_directory, registry));
        Assert.Contains("does not match its digest", error.Message);
        Assert.Equal(Content, await Download(_directory, registry));
    }

    [Fact]
    public async Task MoreThanTheManifestSaysIsNotTaken()
    {
        using ScriptedRegistry registry = new((context, _) => Write(context, [.. Content, 1]));
        Assert.Contains("sent more", (await Assert.ThrowsAsync<GantryException>(() => Download(_directory, registry))).Message);
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
        Assert.Equal(Content, await Download(_directory, registry, new RegistryOptions { Patience = TimeSpan.FromSeconds(1) }));
        Assert.EndsWith("bytes=200000-", registry.Requests[1], StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
