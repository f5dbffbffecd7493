using Gantry.BuildKit.Protocol.GraphApi;
using Gantry.BuildKit.Solving;

namespace Gantry.BuildKit.Services;

/// <summary>What the client gives a front end in place of images and directories: where that is a graph with steps, it is built first.
/// </summary>
internal sealed class SolvedInputs(IKitBuilder builder, KitBuilds builds)
{
    /// <returns>The same order, with its inputs.</returns>
    /// <exception cref="GantryException">As a build has it.</exception>
    public async Task<SolveOrder> AddAsync(SolveOrder order, IEnumerable<KeyValuePair<string, Definition>> given, KitBuild build,
        CancellationToken cancellation)
    {
        Dictionary<string, SolveSource> inputs = new(StringComparer.Ordinal);
        foreach ((string name, Definition definition) in given)
        {
            SolveSource source = SourceGraph.Read(definition, builds.FindResult);
            if (source.Graph is { } graph)
            {
                SolveOrder first = new("", new Dictionary<string, string>())
                {
                    Build = order.Build, Graph = graph, FindResult = order.FindResult, Entitlements = order.Entitlements,
                };
                ISolvedBuild built = await builder.SolveAsync(first, build.Session, build.Status, cancellation);
                build.Add(built);
                source = source with { Result = built };
            }
            inputs.Add(name, source);
        }
        return order with { Inputs = inputs };
    }
}
