using Gantry.Build.Sessions;
using Gantry.BuildKit.Protocol.GraphApi;

namespace Gantry.BuildKit.Definitions;

/// <summary>A graph that a client wants built, read and found to make sense.</summary>
public sealed class GraphOrder
{
    /// <summary>In front of the name of what this builder has built before.</summary>
    internal const string Results = "gantry-result://";

    private readonly OpGraph _graph;

    /// <param name="definition">Hostile.</param>
    /// <exception cref="GantryException">Invalid: it makes no sense; Unsupported: it asks for what is not done here, by name.</exception>
    internal GraphOrder(Definition definition)
    {
        _graph = OpGraph.Read(definition);
        Locals = _graph.Nodes.Where(LocalFiles.Is).ToDictionary(node => node.Digest, node => LocalFiles.Of(node));
    }

    /// <summary>What it takes of the client's directories, by the names of the contexts that its steps have for them.</summary>
    public IReadOnlyDictionary<string, FilesRequest> Locals { get; }

    /// <summary>That which it is no more than; null where it has steps.</summary>
    internal SourceOp? Source => _graph.Target.Node.Op.Source;

    /// <summary>What is built, in a line.</summary>
    public string Title => _graph.Target.Node.Title;

    /// <summary>Makes vertices of it.</summary>
    /// <param name="session">The name of the client's.</param>
    /// <param name="entitlements">What the client has asked to be allowed.</param>
    /// <exception cref="GantryException">Invalid, Unsupported, or as the sources say.</exception>
    public async Task<PlannedGraph> PlanAsync(IGraphSources sources, string session, IReadOnlySet<string> entitlements,
        CancellationToken cancellation)
    {
        GraphPlanner planner = new(sources, session, entitlements);
        foreach (OpNode node in _graph.Nodes)
        {
            cancellation.ThrowIfCancellationRequested();
            await planner.AddAsync(node, cancellation);
        }
        return new PlannedGraph(planner.TreeOf(_graph.Target), planner.Steps);
    }
}
