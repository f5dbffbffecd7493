namespace Gantry.Build.Repositories;

/// <summary>How much a repository may be.</summary>
public sealed record RepositoryLimits
{
    /// <summary>Names in what is fetched and unpacked, git's own files included.</summary>
    public long Entries { get; init; } = 4_000_000;
    /// <summary>Bytes on disk, likewise.</summary>
    public long Size { get; init; } = 256L << 30;
    /// <summary>Of all that git does for it.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromHours(1);
}
