using Gantry.Build.Graph;

namespace Gantry.Build.Planning;

/// <summary>What a build takes of its contexts.</summary>
public static class ContextNeeds
{
    /// <param name="plans">Of the build's platforms.</param>
    /// <param name="context">The name of a further one; null for the build's own.</param>
    /// <returns>Sources as COPY has them, in an order that does not depend on the file's; empty for everything.</returns>
    public static IReadOnlyList<string> Of(IReadOnlyList<BuildPlan> plans, string? context)
    {
        SortedSet<string> all = new(StringComparer.Ordinal);
        foreach (Vertex vertex in plans.SelectMany(plan => plan.Steps).Select(step => step.Vertex).OfType<Vertex>())
        {
            if (vertex is CopyVertex copy)
                foreach (ContextSource source in copy.Sources.OfType<ContextSource>().Where(source => source.Name == context))
                    all.UnionWith(source.Patterns);
            else if (vertex is RunVertex run)
                all.UnionWith(run.Places.Select(place => place is CachePlace cache ? cache.First : place).OfType<BindPlace>()
                    .Where(place => place.From is null && place.Context == context).Select(place => place.Source));
        }
        return all.Any(source => source.Split('/').All(part => part is "" or "." or "..")) ? [] : [.. all];
    }
}
