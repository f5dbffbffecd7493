namespace Gantry.Runtime.Cgroups;

/// <summary>A group below the container's, as <c>exec --cgroup</c> names it: <c>[controller,…:]path</c>.</summary>
/// <param name="Controllers">Empty is every hierarchy.</param>
/// <param name="Path">Begins with a slash; empty is the container's own.</param>
internal sealed record SubCgroup(IReadOnlyList<string> Controllers, string Path)
{
    public static IReadOnlyList<SubCgroup> Parse(IReadOnlyList<string> texts) =>
        texts.Count == 0 ? [] : [.. texts.Select(text => Parse(text, alone: texts.Count == 1))];

    private static SubCgroup Parse(string text, bool alone)
    {
        int colon = text.IndexOf(':');
        if (colon != text.LastIndexOf(':')) throw GantryException.Invalid($"invalid --cgroup argument: {text}");
        if (colon < 0 && !alone) throw GantryException.Invalid($"invalid --cgroup argument: {text} (missing <controller>: prefix)");
        string[] parts = text[(colon + 1)..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Any(static part => part is "." or ".."))
            throw GantryException.Invalid($"cgroup: \"{text}\" must stay below the container's own");
        return new SubCgroup(colon < 0 ? [] : text[..colon].Split(','), string.Concat(parts.Select(static part => $"/{part}")));
    }

    /// <param name="controllers">Of one v1 hierarchy; empty for v2, which has one tree for all.</param>
    public static string PathFor(IReadOnlyList<SubCgroup> below, IReadOnlyList<string> controllers)
    {
        foreach (SubCgroup group in below)
            if (group.Controllers.Count == 0 || group.Controllers.Intersect(controllers).Any()) return group.Path;
        return "";
    }
}
