using System.Globalization;
using Gantry.Api.Builds;
using Gantry.Cli.Output;

namespace Gantry.Cli.Builds;

/// <summary>The records of the build cache as rows, and their sums.</summary>
internal static class BuildCacheColumns
{
    private const int ShortId = 12;

    public static RowFormat<BuildCache> Create(bool shorten, DateTimeOffset now) => new("*formatter.buildCacheContext",
    [
        new("ID", "CACHE ID", record => shorten && record.ID.Length > ShortId ? record.ID[..ShortId] : record.ID),
        new("Parent", "PARENT", record => string.Join(", ", record.Parents ?? (record.Parent is { Length: > 0 } one ? [one] : []))),
        new("CacheType", "CACHE TYPE", record => record.Type),
        new("Description", "DESCRIPTION", record => record.Description),
        new("Size", "SIZE", record => ByteSize.Text(record.Size)),
        new("CreatedSince", "CREATED", record => Human.Ago(record.CreatedAt, now)),
        new("LastUsedSince", "LAST USED", record => record.LastUsedAt is { } used ? Human.Ago(used, now) : ""),
        new("UsageCount", "USAGE", record => record.UsageCount.ToString(CultureInfo.InvariantCulture)),
        new("InUse", "IN USE", record => Text(record.InUse)),
        new("Shared", "SHARED", record => Text(record.Shared)),
        new("Reclaimable", "RECLAIMABLE", record => Text(!record.InUse)),
    ]);

    /// <summary>What is shared is counted where it is from.</summary>
    public static long Size(IEnumerable<BuildCache> records) => records.Where(record => !record.Shared).Sum(record => record.Size);

    public static long Reclaimable(IEnumerable<BuildCache> records) => Size(records.Where(record => !record.InUse));

    private static string Text(bool value) => value ? "true" : "false";
}
