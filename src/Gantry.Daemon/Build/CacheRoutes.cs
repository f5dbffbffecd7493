using Gantry.Api.Builds;
using Gantry.Api.Wire;
using Gantry.Build.Solver;
using Gantry.Daemon.Http;
using Gantry.Engine.Images;

namespace Gantry.Daemon.Build;

/// <summary>What builds have left for the next ones.</summary>
internal sealed class CacheRoutes(StepCache cache, ImageStore images, string dataRoot)
{
    private static readonly ApiVersion WithParents = new(1, 42);

    public void Map(Router router) => router.Post("/build/prune", Prune);

    /// <summary>For <c>system df</c>.</summary>
    public List<BuildCache> Usage(ApiVersion version)
    {
        IReadOnlySet<string> shared = Shared(), inUse = cache.InUse;
        IReadOnlyList<CacheEntry> entries = cache.Entries;
        Dictionary<string, string> byChain = [];
        foreach (CacheEntry entry in entries)
            if (entry.Chain is not null) byChain.TryAdd(entry.Chain, entry.Key);
        return [.. entries.Select(entry => Describe(entry, version, shared, inUse, byChain))];
    }

    private static BuildCache Describe(CacheEntry entry, ApiVersion version, IReadOnlySet<string> shared,
        IReadOnlySet<string> inUse, Dictionary<string, string> byChain)
    {
        string? parent = entry.Below is null ? null : byChain.GetValueOrDefault(entry.Below);
        return new BuildCache
        {
            ID = entry.Key, Type = entry.Kind, Description = entry.Title, InUse = inUse.Contains(entry.Key),
            Shared = entry.Chain is not null && shared.Contains(entry.Chain), Size = entry.Size, CreatedAt = entry.Created,
            LastUsedAt = entry.LastUsed, UsageCount = entry.Uses,
            Parent = version < WithParents ? parent ?? "" : null, Parents = version < WithParents || parent is null ? null : [parent],
        };
    }

    private Task Prune(RequestContext context)
    {
        CachePrune rule = Read(context);
        long free = new DriveInfo(dataRoot).AvailableFreeSpace;
        IReadOnlyList<CacheEntry> chosen = rule.Choose(cache, Shared(), free, DateTimeOffset.UtcNow);
        long freed = cache.Remove(chosen);
        BuildPruneResponse answer = new()
        {
            CachesDeleted = chosen.Count > 0 ? [.. chosen.Select(entry => entry.Key)] : null, SpaceReclaimed = freed,
        };
        return context.WriteJsonAsync(answer, ApiJson.Default.BuildPruneResponse);
    }

    /// <summary>Layers that images have.</summary>
    private HashSet<string> Shared() => [.. images.All.SelectMany(image => image.ChainIds)];

    private static CachePrune Read(RequestContext context)
    {
        RequestQuery query = context.Query;
        RequestFilters filters = query.Filters();
        foreach (string key in filters.Values.Keys)
            if (key is not ("until" or "unused-for" or "id" or "type")) throw GantryException.Invalid($"invalid filter '{key}'");
        string age = filters["until"].Concat(filters["unused-for"]).LastOrDefault() ?? "";
        // Before there were three of them, keep-storage was the one.
        long? keep = query.Long("keep-storage") ?? query.Long("reserved-space"), most = query.Long("max-used-space");
        return new CachePrune
        {
            All = query.Bool("all"), UnusedFor = Age(age), Ids = filters["id"], Kinds = filters["type"],
            Keep = keep is null || most is null ? keep ?? most : Math.Max(keep.Value, most.Value),
            FreeSpace = query.Long("min-free-space"),
        };
    }

    /// <exception cref="GantryException">InvalidArgument: it is no duration.</exception>
    private static TimeSpan Age(string text)
    {
        if (text.Length == 0) return TimeSpan.Zero;
        try
        {
            return TimeSpan.FromTicks(Duration.Nanoseconds(text) / TimeSpan.NanosecondsPerTick);
        }
        catch (FormatException e)
        {
            throw GantryException.Invalid($"parsing filter \"{text}\": {e.Message}");
        }
    }
}
