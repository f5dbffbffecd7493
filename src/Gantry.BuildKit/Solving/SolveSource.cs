using Gantry.BuildKit.Definitions;

namespace Gantry.BuildKit.Solving;

/// <summary>Where files come from, as a graph says it.</summary>
/// <param name="Identifier">An address: <c>docker-image://</c>, <c>local://</c>, …</param>
/// <param name="Result">A result of this builder, which the client has by a graph that stands for it; null for another source.</param>
public sealed record SolveSource(string Identifier, IReadOnlyDictionary<string, string> Attributes, ISolvedBuild? Result)
{
    /// <summary>What has to be built first to have them; null where the source is one already.</summary>
    public GraphOrder? Graph { get; init; }
}
