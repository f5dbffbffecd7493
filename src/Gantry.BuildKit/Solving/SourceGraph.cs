using Gantry.BuildKit.Protocol.GraphApi;
using Gantry.Oci.Image;
using Google.Protobuf;

namespace Gantry.BuildKit.Solving;

/// <summary>Graphs that are one source: of those that clients send what is understood, and of results what they are given.</summary>
internal static class SourceGraph
{
    private const string ResultScheme = "gantry-result://";

    /// <summary>Operations: nobody who means a source comes near them.</summary>
    private const int Most = 1000;

    /// <summary>Stands for a result: a client passes it on as it does with graphs, and cannot look into it.</summary>
    public static Definition Of(string result)
    {
        ByteString source = new Op { Source = new SourceOp { Identifier = ResultScheme + result } }.ToByteString();
        Op end = new() { Inputs = { new Input { Digest = Digest.Of(source.Span) } } };
        return new Definition { Def = { source, end.ToByteString() } };
    }

    public static bool IsEmpty(Definition? definition) => definition is null || definition.Def.Count == 0;

    /// <param name="find">A result by its name; null for none.</param>
    /// <exception cref="GantryException">Invalid: it makes no sense; Unsupported: it has steps.</exception>
    public static SolveSource Read(Definition definition, Func<string, ISolvedBuild?> find)
    {
        if (definition.Def.Count > Most) throw GantryException.Unsupported($"a graph of more than {Most} operations is not built");
        SourceOp source = Find(definition);
        if (!source.Identifier.StartsWith(ResultScheme, StringComparison.Ordinal))
            return new SolveSource(source.Identifier, source.Attrs, null);
        string name = source.Identifier[ResultScheme.Length..];
        return new SolveSource(source.Identifier, source.Attrs,
            find(name) ?? throw GantryException.NotFound($"there is no result {name}: it has gone with the connection that made it"));
    }

    private static SourceOp Find(Definition definition)
    {
        Dictionary<string, Op> known = new(StringComparer.Ordinal);
        Op? last = null;
        try
        {
            foreach (ByteString bytes in definition.Def) known[Digest.Of(bytes.Span)] = last = Op.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw GantryException.Invalid($"a graph makes no sense: {e.Message}");
        }
        // The end of a graph is an operation that only says where it is.
        if (last is { OpCase: Op.OpOneofCase.None, Inputs.Count: 1 } end)
            last = known.GetValueOrDefault(end.Inputs[0].Digest)
                ?? throw GantryException.Invalid("a graph ends with an operation that it has not got");
        return last switch
        {
            { OpCase: Op.OpOneofCase.Source } => last.Source,
            null => throw GantryException.Invalid("a graph is empty"),
            _ => throw GantryException.Unsupported($"a graph with a step ({last.OpCase}) is not built by this engine: "
                + "of LLB it takes sources alone; Dockerfiles are built by the front end dockerfile.v0"),
        };
    }
}
