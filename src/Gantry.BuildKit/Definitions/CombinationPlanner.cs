using Gantry.Build.Graph;

namespace Gantry.BuildKit.Definitions;

/// <summary>Merges and differences.</summary>
internal static class CombinationPlanner
{
    public static MergeVertex Merge(GraphPlanner graph, OpNode node)
    {
        if (node.Op.Merge.Inputs.Count == 0) throw GantryException.Invalid("invalid merge op with no inputs");
        return new MergeVertex
        {
            Title = node.Title, Trees = [.. node.Op.Merge.Inputs.Select(input => graph.InputOf(node, input.Input).Tree)],
            IsAlwaysMade = node.Metadata.IgnoreCache,
        };
    }

    public static DifferenceVertex Difference(GraphPlanner graph, OpNode node) => new()
    {
        Title = node.Title, Lower = graph.InputOf(node, node.Op.Diff.Lower?.Input ?? -1).Tree,
        Upper = graph.InputOf(node, node.Op.Diff.Upper?.Input ?? -1).Tree, IsAlwaysMade = node.Metadata.IgnoreCache,
    };
}
