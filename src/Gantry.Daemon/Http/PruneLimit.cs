namespace Gantry.Daemon.Http;

/// <summary>The <c>until</c> filter of the prune routes.</summary>
internal static class PruneLimit
{
    /// <returns>Only what is older than this; null: whatever its age.</returns>
    /// <exception cref="GantryException">InvalidArgument: several, or not a point in time.</exception>
    public static DateTimeOffset? Until(RequestFilters filters) => filters["until"] switch
    {
        [] => null,
        [var one] => Timestamp.Parse("until", one),
        _ => throw GantryException.Invalid("more than one until filter specified"),
    };
}
