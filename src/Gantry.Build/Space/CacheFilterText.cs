namespace Gantry.Build.Space;

/// <summary>A filter as people write it: <c>until</c>, <c>unused-for</c>, <c>id</c>, <c>parent</c>, <c>type</c>, <c>description</c>,
/// <c>inuse</c>, <c>shared</c>, <c>private</c>, each with one value.</summary>
public static class CacheFilterText
{
    private static readonly string[] Keys =
        ["until", "unused-for", "id", "parent", "type", "description", "inuse", "shared", "private"];

    /// <param name="all">As in <see cref="CacheFilter.All"/>.</param>
    /// <exception cref="GantryException">InvalidArgument, in Docker's words.</exception>
    public static CacheFilter Read(IReadOnlyDictionary<string, IReadOnlyList<string>> values, bool all, DateTimeOffset now)
    {
        foreach (string key in values.Keys)
            if (!Keys.Contains(key)) throw GantryException.Invalid($"invalid filter '{key}'");
        string? until = Of("until"), unused = Of("unused-for");
        if (until is not null && unused is not null) throw GantryException.Invalid("conflicting filters: \"until\" and \"unused-for\"");
        bool? isPrivate = Yes("private"), isShared = Yes("shared");
        if (isPrivate is not null && isPrivate == isShared)
            throw GantryException.Invalid("conflicting filters: \"shared\" and \"private\"");
        return new CacheFilter
        {
            All = all, Id = Of("id") ?? "", Parent = Of("parent"), Title = Of("description"), Kinds = Of("type") is { } kind ? [kind] : [],
            UnusedFor = until is not null ? Age("until", until, now) : unused is not null ? Age("unused-for", unused, now) : null,
            InUse = Yes("inuse"), IsShared = isShared ?? !isPrivate,
        };

        string? Of(string key) => !values.TryGetValue(key, out IReadOnlyList<string>? list) || list.Count == 0 ? null
            : list.Count == 1 ? list[0] : throw GantryException.Invalid("filters expect only one value");

        // Without a value it is the thing itself that is asked for.
        bool? Yes(string key) => !values.ContainsKey(key) ? null : Of(key) switch
        {
            null or "" or "1" or "true" => true,
            "0" or "false" => false,
            { } other => throw GantryException.Invalid($"invalid filter '{key}={other}': it is true or false"),
        };
    }

    private static TimeSpan Age(string key, string text, DateTimeOffset now) => TimeText.Parse(text, now) is { } at ? now - at
        : throw GantryException.Invalid($"\"{key}\" filter expects a duration (e.g., '24h') or a timestamp: \"{text}\" is neither");
}
