using Gantry.Build.Graph;
using Gantry.BuildKit.Protocol.GraphApi;

namespace Gantry.BuildKit.Definitions;

/// <summary>Turns operations into the vertices that the builder has, one after the other.</summary>
internal sealed class GraphPlanner(IGraphSources sources, string session, IReadOnlySet<string> entitlements)
{
    private readonly Dictionary<OpNode, IReadOnlyDictionary<int, Planned>> _planned = new(ReferenceEqualityComparer.Instance);
    private readonly List<PlannedOp> _steps = [];

    public IReadOnlyList<PlannedOp> Steps => _steps;

    /// <summary>A tree with nothing in it: an input that an operation has not got.</summary>
    public static TreeVertex Nothing { get; } = new() { Title = "scratch", Tree = BuiltTree.Empty };

    /// <param name="node">Its inputs were added before.</param>
    public async Task AddAsync(OpNode node, CancellationToken cancellation)
    {
        IReadOnlyDictionary<int, Planned> results = node.Op.OpCase switch
        {
            Op.OpOneofCase.Source => One(await new SourcePlanner(sources, session).PlanAsync(node, cancellation)),
            Op.OpOneofCase.Exec => new ExecPlanner(this, sources, entitlements).Plan(node),
            Op.OpOneofCase.File => new FilePlanner(this).Plan(node),
            Op.OpOneofCase.Merge => One(new Planned(CombinationPlanner.Merge(this, node))),
            Op.OpOneofCase.Diff => One(new Planned(CombinationPlanner.Difference(this, node))),
            _ => throw GantryException.Unsupported($"an operation of the kind {node.Op.OpCase} is not known here"),
        };
        _planned.Add(node, results);
        Vertex? shown = results.OrderBy(result => result.Key).Select(result => result.Value.Shown).OfType<Vertex>().FirstOrDefault();
        if (shown is not null) _steps.Add(new PlannedOp(shown, node.Title, node.Digest));
    }

    public Planned Find(OpEdge edge) => _planned[edge.Node].TryGetValue(edge.Output, out Planned? result) ? result
        : throw GantryException.Invalid($"the operation {edge.Node.Title} has no result {edge.Output}");

    public Vertex TreeOf(OpEdge edge) => Find(edge).Tree;

    /// <param name="index">Among the inputs of the operation; -1 for nothing.</param>
    /// <exception cref="GantryException">Invalid: it has no such input.</exception>
    public Planned InputOf(OpNode node, long index)
    {
        if (index == -1) return new Planned(Nothing);
        return index >= 0 && index < node.Inputs.Count ? Find(node.Inputs[(int)index])
            : throw GantryException.Invalid($"invalid input index {index}, {node.Inputs.Count} provided: {node.Title}");
    }

    private static Dictionary<int, Planned> One(Planned result) => new() { [0] = result };
}
