using Gantry.Build.Space;
using Gantry.BuildKit.Protocol.ControlApi;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Gantry.BuildKit.Services;

/// <summary>What builds have left for the next ones: listed, and pruned.</summary>
internal sealed class CacheCalls(CacheSpace space, TimeProvider time)
{
    public DiskUsageResponse Usage(DiskUsageRequest request)
    {
        CacheFilter[] filters = [.. FiltersOf(request.Filter, all: true)];
        DateTimeOffset now = time.GetUtcNow();
        DiskUsageResponse answer = new();
        answer.Record.AddRange(space.Records().Where(record => filters.Any(filter => filter.Fits(record, now))).Select(Describe));
        return answer;
    }

    public async Task PruneAsync(PruneRequest request, IServerStreamWriter<UsageRecord> output, CancellationToken cancellation)
    {
        CacheBound bound = new(Math.Max(request.ReservedSpace, 0), Math.Max(request.MaxUsedSpace, 0), Math.Max(request.MinFreeSpace, 0));
        TimeSpan? unused = request.KeepDuration > 0 ? TimeSpan.FromTicks(request.KeepDuration / TimeSpan.NanosecondsPerTick) : null;
        foreach (CacheFilter filter in FiltersOf(request.Filter, request.All))
        {
            CacheRule rule = new(unused is null ? filter : filter with { UnusedFor = unused }, bound);
            (IReadOnlyList<CacheRecord> gone, _) = await Task.Run(() => space.Prune(rule), cancellation);
            foreach (CacheRecord record in gone) await output.WriteAsync(Describe(record), cancellation);
        }
    }

    /// <summary>One for each text: what fits any of them is meant.</summary>
    /// <exception cref="GantryException">Invalid: one is none.</exception>
    private IEnumerable<CacheFilter> FiltersOf(IReadOnlyCollection<string> texts, bool all) => texts.Count == 0
        ? [CacheFilterText.Read(new Dictionary<string, IReadOnlyList<string>>(), all, time.GetUtcNow())]
        : texts.Select(text => CacheFilterText.Read(Parts(text), all, time.GetUtcNow()));

    /// <summary>containerd's form: <c>key==value</c>, several with commas; a key alone is true.</summary>
    private static Dictionary<string, IReadOnlyList<string>> Parts(string text)
    {
        Dictionary<string, IReadOnlyList<string>> parts = [];
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Contains("!=", StringComparison.Ordinal) || part.Contains("~=", StringComparison.Ordinal))
                throw GantryException.Unsupported($"of filters of the cache, == alone is supported: {part}");
            int at = part.IndexOf('=');
            string key = at < 0 ? part : part[..at], value = at < 0 ? "true" : part[(at + 1)..].TrimStart('=');
            if (!parts.TryAdd(key, [value])) throw GantryException.Invalid($"a filter has {key} twice: {text}");
        }
        return parts;
    }

    private static UsageRecord Describe(CacheRecord record)
    {
        UsageRecord described = new()
        {
            ID = record.Id, InUse = record.InUse, Shared = record.IsShared, Size = record.Size, Description = record.Title,
            RecordType = record.Kind, UsageCount = record.Uses, CreatedAt = Timestamp.FromDateTimeOffset(record.Created),
            LastUsedAt = record.LastUsed is { } used ? Timestamp.FromDateTimeOffset(used) : null, Parent = record.Parent ?? "",
        };
        if (record.Parent is { } parent) described.Parents.Add(parent);
        return described;
    }
}
