using Gantry.Api.Builds;
using Gantry.Api.Wire;
using Gantry.Build.Space;
using Gantry.Daemon.Http;

namespace Gantry.Daemon.Build;

/// <summary>What builds have left for the next ones.</summary>
internal sealed class CacheRoutes(CacheSpace cache, TimeProvider time)
{
    private static readonly ApiVersion WithParents = new(1, 42);

    public void Map(Router router) => router.Post("/build/prune", Prune);

    /// <summary>For <c>system df</c>.</summary>
    public List<BuildCache> Usage(ApiVersion version) => [.. cache.Records().Select(record => Describe(record, version))];

    private static BuildCache Describe(CacheRecord record, ApiVersion version) => new()
    {
        ID = record.Id, Type = record.Kind, Description = record.Title, InUse = record.InUse, Shared = record.IsShared,
        Size = record.Size, CreatedAt = record.Created, LastUsedAt = record.LastUsed, UsageCount = record.Uses,
        Parent = version < WithParents ? record.Parent ?? "" : null,
        Parents = version < WithParents || record.Parent is null ? null : [record.Parent],
    };

    private Task Prune(RequestContext context)
    {
        (IReadOnlyList<CacheRecord> gone, long freed) = cache.Prune(Read(context.Query));
        BuildPruneResponse answer = new()
        {
            CachesDeleted = gone.Count > 0 ? [.. gone.Select(record => record.Id)] : null, SpaceReclaimed = freed,
        };
        return context.WriteJsonAsync(answer, ApiJson.Default.BuildPruneResponse);
    }

    private CacheRule Read(RequestQuery query)
    {
        // Before there were three of them, keep-storage was the one.
        CacheBound bound = new(Bytes(query, "reserved-space") is > 0 and var reserved ? reserved : Bytes(query, "keep-storage"),
            Bytes(query, "max-used-space"), Bytes(query, "min-free-space"));
        RequestFilters filters = query.Filters();
        try
        {
            return new CacheRule(CacheFilterText.Read(filters.Values, query.Bool("all"), time.GetUtcNow()), bound);
        }
        catch (GantryException e)
        {
            throw new GantryException(e.Kind, $"failed to prune build cache: {e.Message}", e);
        }
    }

    private static long Bytes(RequestQuery query, string key)
    {
        try
        {
            return Math.Max(query.Long(key) ?? 0, 0);
        }
        catch (GantryException)
        {
            throw GantryException.Invalid($"{key} is in bytes and expects an integer, got {query.Text(key)}");
        }
    }
}
