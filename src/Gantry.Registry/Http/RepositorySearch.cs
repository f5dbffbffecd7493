using System.Net;
using Gantry.Registry.Errors;
using Gantry.Registry.Wire;

namespace Gantry.Registry.Http;

/// <summary>A repository that a search found.</summary>
/// <param name="Name">As it can be pulled.</param>
public sealed record FoundRepository(string Name, string Description, int Stars, bool IsOfficial, bool IsAutomated);

/// <summary>Looks for repositories on the whole registry.</summary>
internal sealed class RepositorySearch(RepositoryConnection connection)
{
    private const int CatalogPage = 1000, MaxCatalogPages = 100;

    public async Task<IReadOnlyList<FoundRepository>> RunAsync(string term, int limit, CancellationToken cancellation)
    {
        const string step = "search";
        string query = $"/v1/search?q={Uri.EscapeDataString(term)}&n={limit}";
        using HttpResponseMessage response =
            await connection.Transport.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, connection.Transport.Address(query)), "",
                step, cancellation);
        if (response.StatusCode == HttpStatusCode.NotFound) return await CatalogAsync(term, limit, cancellation);
        if (!response.IsSuccessStatusCode) throw await RegistryError.ReadAsync(response, step, cancellation);
        SearchAnswer answer = await RegistryError.ReadJsonAsync(response, RegistryJson.Default.SearchAnswer, cancellation);
        return [.. (answer.Results ?? []).Take(limit)
            .Select(static found =>
            new FoundRepository(found.Name ?? "", found.Description ?? "", found.Stars, found.IsOfficial, found.IsAutomated))];
    }

    private async Task<IReadOnlyList<FoundRepository>> CatalogAsync(string term, int limit, CancellationToken cancellation)
    {
        List<FoundRepository> found = [];
        string? next = $"_catalog?n={CatalogPage}";
        for (int page = 0; next is not null && found.Count < limit && page < MaxCatalogPages; page++)
        {
            using HttpResponseMessage response =
                await connection.GetAsync(next, null, "list the catalog", cancellation, "registry:catalog:*");
            Catalog catalog = await RegistryError.ReadJsonAsync(response, RegistryJson.Default.Catalog, cancellation);
            found.AddRange((catalog.Repositories ?? []).Where(name => name.Contains(term, StringComparison.OrdinalIgnoreCase))
                .Select(name => new FoundRepository($"{connection.Host.Name}/{name}", "", 0, false, false)));
            next = connection.NextPage(response);
        }
        return [.. found.Take(limit)];
    }
}
