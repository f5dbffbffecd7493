using Gantry.Registry.Authorization;
using Gantry.Registry.Hosts;
using Gantry.Registry.Http;
using Gantry.Registry.Search;
using Gantry.Registry.Tests.Http;
using static Gantry.Registry.Tests.Http.Sample;

namespace Gantry.Registry.Tests.Search;

/// <summary>An index by its search, other registries by their catalog.</summary>
public sealed class SearchTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-registry-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnIndexIsAskedAndElsewhereTheCatalogInPages()
    {
        using ScriptedRegistry index = new(
            static (context, _) => Write(context, """{"results":[{"name":"word","description":"d","star_count":3,"is_official":true}]}"""));
        using ScriptedRegistry registry = new(static (context, _) =>
        {
            if (context.Request.RawUrl!.StartsWith("/v1/", StringComparison.Ordinal)) Write(context, "", 404);
            else if (context.Request.RawUrl.Contains("last=", StringComparison.Ordinal))
                Write(context, """{"repositories":["c/word","d/words"]}""");
            else
            {
                context.Response.AddHeader("Link", "</v2/_catalog?last=b&n=1000>; rel=\"next\"");
                Write(context, """{"repositories":["a/word","b/other"]}""");
            }
        });
        RegistrySearch search = new(new RegistryOptions { CertificatesDirectory = _directory });
        Assert.Equal([new FoundRepository("word", "d", 3, true, false)],
            await search.RunAsync($"{index.Name}/word", 7, Credentials.None, Cancellation));
        Assert.EndsWith("/v1/search?q=word&n=7", index.Requests[^1], StringComparison.Ordinal);
        Assert.Equal([$"{registry.Name}/a/word", $"{registry.Name}/c/word"],
            (await search.RunAsync($"{registry.Name}/word", 2, Credentials.None, Cancellation)).Select(static found => found.Name));
        await Assert.ThrowsAsync<GantryException>(() => search.RunAsync("http://x/word", 0, Credentials.None, Cancellation));
        await Assert.ThrowsAsync<GantryException>(() => search.RunAsync("word", 101, Credentials.None, Cancellation));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
