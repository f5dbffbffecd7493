namespace Gantry.Daemon.Http;

/// <summary>Points in time as <c>since</c> and <c>until</c> have them.</summary>
internal static class Timestamp
{
    /// <returns>Null for 0, which is no bound.</returns>
    public static DateTimeOffset? Parse(string key, string text) => TimeText.Parse(text, DateTimeOffset.UtcNow) switch
    {
        null => throw GantryException.Invalid(
            $"invalid value for {key}: \"{text}\" is neither seconds since 1970, nor an RFC 3339 time, nor a duration"),
        { } at => at == DateTimeOffset.UnixEpoch ? null : at,
    };
}
