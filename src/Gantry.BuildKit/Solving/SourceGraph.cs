using Gantry.BuildKit.Definitions;
using Gantry.BuildKit.Protocol.GraphApi;
using Gantry.Oci.Image;
using Google.Protobuf;

namespace Gantry.BuildKit.Solving;

/// <summary>Graphs that are one source: of those that clients send what is understood, and of results what they are given.</summary>
internal static class SourceGraph
{
    /// <summary>Stands for a result: a client passes it on as it does with graphs, and cannot look into it.</summary>
    public static Definition Of(string result)
    {
        ByteString source = new Op { Source = new SourceOp { Identifier = GraphOrder.Results + result } }.ToByteString();
        string digest = Digest.Of(source.Span);
        Op end = new() { Inputs = { new Input { Digest = digest } } };
        // Go's clients go on from no operation of which nothing is said.
        return new Definition { Def = { source, end.ToByteString() }, Metadata = { [digest] = new OpMetadata() } };
    }

    public static bool IsEmpty(Definition? definition) => definition is null || definition.Def.Count == 0;

    /// <param name="find">A result by its name; null for none.</param>
    /// <exception cref="GantryException">Invalid: it makes no sense; Unsupported: it has what is not done here.</exception>
    public static SolveSource Read(Definition definition, Func<string, ISolvedBuild?> find)
    {
        GraphOrder graph = new(definition);
        if (graph.Source is not { } source)
            return new SolveSource("", new Dictionary<string, string>(), null) { Graph = graph };
        if (!source.Identifier.StartsWith(GraphOrder.Results, StringComparison.Ordinal))
            return new SolveSource(source.Identifier, source.Attrs, null);
        string name = source.Identifier[GraphOrder.Results.Length..];
        return new SolveSource(source.Identifier, source.Attrs,
            find(name) ?? throw GantryException.NotFound($"there is no result {name}: it has gone with the connection that made it"));
    }
}
