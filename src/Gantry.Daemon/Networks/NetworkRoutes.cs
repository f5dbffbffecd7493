using Gantry.Api.Client;
using Gantry.Api.Networks;
using Gantry.Api.Wire;
using Gantry.Daemon.Http;
using Gantry.Engine.Networks;
using Gantry.Network.Networks;
using Endpoint = Gantry.Network.Endpoints.Endpoint;

namespace Gantry.Daemon.Networks;

/// <summary>Networks, and who is in them; joining and leaving belong to containers.</summary>
internal sealed class NetworkRoutes(NetworkEngine networks)
{
    public void Map(Router router)
    {
        router.Get("/networks", List);
        router.Get("/networks/{id}", Inspect);
        router.Post("/networks/create", Create);
        router.Post("/networks/prune", Prune);
        router.Delete("/networks/{id}", Remove);
    }

    private Task List(RequestContext context)
    {
        RequestFilters filters = context.Query.Filters().Allow("dangling", "driver", "id", "label", "name", "scope", "type");
        bool? dangling = filters.Bool("dangling");
        string[] types = [.. filters["type"]];
        if (types.FirstOrDefault(type => type is not ("builtin" or "custom")) is { } other)
            throw GantryException.Invalid($"invalid filter: 'type'='{other}'");
        List<NetworkRecord> found = networks.List((network, used) =>
            Any(filters, "driver", value => network.Driver == value)
            && Any(filters, "id", value => network.Id.StartsWith(value, StringComparison.Ordinal))
            && Any(filters, "name", value => network.Name.Contains(value, StringComparison.Ordinal))
            && Any(filters, "scope", value => network.Scope == value)
            && Any(filters, "type", value => network.Predefined == (value == "builtin"))
            && filters.MatchLabels(network.Labels)
            && (dangling is null || dangling == (!used && !network.Predefined)));
        return context.WriteJsonAsync([.. found.Select(network => NetworkWire.Of(network, []))], ApiJson.Wire.ListNetworkInspect);
    }

    private Task Inspect(RequestContext context)
    {
        (NetworkRecord network, IReadOnlyList<Endpoint> endpoints) = networks.Inspect(context["id"]);
        return context.WriteJsonAsync(NetworkWire.Of(network, endpoints), ApiJson.Wire.NetworkInspect);
    }

    private async Task Create(RequestContext context)
    {
        NetworkCreateRequest request = await context.RequireJsonAsync(ApiJson.Wire.NetworkCreateRequest);
        (NetworkRecord network, IReadOnlyList<string> warnings) = await networks.CreateAsync(request, CancellationToken.None);
        await context.WriteJsonAsync(new NetworkCreateResponse { Id = network.Id, Warning = string.Join("; ", warnings) },
            ApiJson.Wire.NetworkCreateResponse, 201);
    }

    private async Task Remove(RequestContext context)
    {
        await networks.RemoveAsync(context["id"], CancellationToken.None);
        context.NoContent();
    }

    private async Task Prune(RequestContext context)
    {
        RequestFilters filters = context.Query.Filters().Allow("label", "label!", "until");
        DateTimeOffset? until = filters["until"] is [{ Length: > 0 } text, ..] ? Timestamp.Parse("until", text) : null;
        bool Wanted(NetworkRecord network) => filters.MatchLabels(network.Labels) && (until is null || network.Created < until);
        List<string> removed = await networks.PruneAsync(Wanted, CancellationToken.None);
        await context.WriteJsonAsync(new NetworksPruneResponse { NetworksDeleted = removed is [] ? null : removed },
            ApiJson.Wire.NetworksPruneResponse);
    }

    private static bool Any(RequestFilters filters, string key, Func<string, bool> matches) =>
        !filters.Has(key) || filters[key].Any(matches);
}
