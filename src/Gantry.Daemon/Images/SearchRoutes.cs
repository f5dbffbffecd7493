using System.Globalization;
using Gantry.Api.Client;
using Gantry.Api.Images;
using Gantry.Api.Wire;
using Gantry.Daemon.Http;
using Gantry.Engine.Images.Pull;
using Gantry.Registry;
using Gantry.Registry.Hosts;
using Gantry.Registry.Http;
using Gantry.Registry.Search;

namespace Gantry.Daemon.Images;

/// <summary>What registries have, without fetching it.</summary>
internal sealed class SearchRoutes(ImagePull pulls, RegistrySettings settings)
{
    public void Map(Router router)
    {
        router.Get("/images/search", Search);
        router.Get("/distribution/{name...}/json", Inspect);
    }

    private async Task Search(RequestContext context)
    {
        RequestFilters filters = context.Query.Filters().Allow("is-automated", "is-official", "stars");
        bool? official = filters.Bool("is-official"), automated = filters.Bool("is-automated");
        int stars = filters["stars"].Select(Stars).DefaultIfEmpty().Max();
        IReadOnlyList<FoundRepository> found = await new RegistrySearch(settings.Current()).RunAsync(
            context.Query.Text("term"), context.Query.Int("limit") ?? 0, RegistryCredentials.Of(context), context.Aborted);
        // The index marks none any more, and says so since this version.
        if (context.Version >= new ApiVersion(1, 44)) found = [.. found.Select(static one => one with { IsAutomated = false })];
        List<SearchResult> answer = [.. found.Where(one => (official ?? one.IsOfficial) == one.IsOfficial
            && (automated ?? one.IsAutomated) == one.IsAutomated && one.Stars >= stars)
            .Select(static one => new SearchResult { Name = one.Name, Description = one.Description, StarCount = one.Stars,
            IsOfficial = one.IsOfficial, IsAutomated = one.IsAutomated })];
        await context.WriteJsonAsync(answer, ApiJson.Wire.ListSearchResult);
    }

    private static int Stars(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
            : throw GantryException.Invalid($"invalid filter 'stars=[{text}]'");

    private async Task Inspect(RequestContext context)
    {
        Reference name = Reference.Parse(context["name"]).WithDefaultTag();
        (Oci.Image.Descriptor found, IReadOnlyList<Oci.Image.Platform> platforms) =
            await pulls.LookAsync(name, RegistryCredentials.Of(context), context.Aborted);
        DistributionInspect answer = new()
        {
            Descriptor = new Descriptor { MediaType = found.MediaType ?? "", Digest = found.Digest, Size = found.Size },
            Platforms = [.. platforms.Select(static one => new DescriptorPlatform { Architecture = one.Architecture ?? "",
                Os = one.Os ?? "", OsVersion = one.OsVersion, OsFeatures = one.OsFeatures?.ToList(), Variant = one.Variant })],
        };
        await context.WriteJsonAsync(answer, ApiJson.Wire.DistributionInspect);
    }
}
