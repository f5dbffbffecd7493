using Gantry.Build.Files;

namespace Gantry.Build.Execution;

/// <summary>What COPY and ADD of a build take files from that are no stages and images.</summary>
/// <param name="Own">The build's own context; null for none.</param>
/// <param name="Named">Further ones.</param>
public sealed record ContextTrees(ISourceTree? Own, IReadOnlyDictionary<string, ISourceTree> Named)
{
    public static ContextTrees Of(ISourceTree? own) => new(own, new Dictionary<string, ISourceTree>());

    /// <param name="name">Null for the build's own.</param>
    internal ISourceTree? Find(string? name) => name is null ? Own : Named.GetValueOrDefault(name);
}
