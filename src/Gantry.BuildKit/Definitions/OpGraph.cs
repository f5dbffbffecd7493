using Gantry.BuildKit.Protocol.GraphApi;
using Gantry.Oci.Image;
using Google.Protobuf;

namespace Gantry.BuildKit.Definitions;

/// <summary>A definition, read: the operations that its result needs, each once, and those that it takes from before it.</summary>
internal sealed class OpGraph
{
    /// <summary>Operations, and what they take from each other: nobody who means something comes near them.</summary>
    private const int MostOps = 10_000, MostInputs = 100_000;

    private static readonly OpMetadata Nothing = new();

    private readonly Dictionary<string, Op> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OpNode> _nodes = new(StringComparer.Ordinal);
    private readonly List<OpNode> _order = [];
    private readonly Definition _definition;
    private int _inputs;

    private OpGraph(Definition definition) => _definition = definition;

    public IReadOnlyList<OpNode> Nodes => _order;

    public OpEdge Target { get; private set; }

    /// <exception cref="GantryException">Invalid: it makes no sense; Unsupported: it has what is not known here, by name.</exception>
    public static OpGraph Read(Definition definition)
    {
        if (definition.Def.Count > MostOps) throw GantryException.Invalid($"a graph has more than {MostOps} operations");
        OpGraph graph = new(definition);
        Op end = graph.Parse();
        graph.Target = end.OpCase == Op.OpOneofCase.None ? graph.FollowEnd(end) : graph.Follow(new Input
        {
            Digest = Digest.Of(definition.Def[^1].Span),
        });
        return graph;
    }

    /// <returns>The last one.</returns>
    private Op Parse()
    {
        KnownFields.Check(_definition, Definition.Parser, "a definition");
        Op? last = null;
        foreach (ByteString bytes in _definition.Def)
        {
            try
            {
                _known[Digest.Of(bytes.Span)] = last = Op.Parser.ParseFrom(bytes);
            }
            catch (InvalidProtocolBufferException e)
            {
                throw GantryException.Invalid($"failed to parse an operation of a graph: {e.Message}");
            }
        }
        return last ?? throw GantryException.Invalid("invalid empty definition");
    }

    /// <summary>The end of a graph is an operation that only says where it is.</summary>
    private OpEdge FollowEnd(Op end) => end.Inputs.Count == 1 ? Follow(end.Inputs[0])
        : throw GantryException.Invalid($"a graph ends with {end.Inputs.Count} results: it has one");

    /// <remarks>Without recursion: a graph may be as deep as it has operations.</remarks>
    private OpEdge Follow(Input end)
    {
        Stack<(string Digest, Op Op, int Next)> path = new();
        HashSet<string> open = new(StringComparer.Ordinal);
        Enter(end.Digest);
        while (path.TryPop(out (string Digest, Op Op, int Next) at))
        {
            if (at.Next == at.Op.Inputs.Count)
            {
                open.Remove(at.Digest);
                Close(at.Digest, at.Op);
                continue;
            }
            path.Push(at with { Next = at.Next + 1 });
            Enter(at.Op.Inputs[at.Next].Digest);
        }
        return EdgeOf(end);

        void Enter(string digest)
        {
            if (_nodes.ContainsKey(digest)) return;
            Op op = _known.GetValueOrDefault(digest) ?? throw GantryException.Invalid($"invalid missing input digest {Shown(digest)}");
            if (!open.Add(digest)) throw GantryException.Invalid($"a graph goes round: {Shown(digest)} needs itself");
            if ((_inputs += op.Inputs.Count) > MostInputs) throw GantryException.Invalid($"a graph has more than {MostInputs} inputs");
            path.Push((digest, op, 0));
        }
    }

    private void Close(string digest, Op op)
    {
        OpNode node = new(digest, op, _definition.Metadata.GetValueOrDefault(digest) ?? Nothing, [.. op.Inputs.Select(EdgeOf)]);
        OpRules.Check(node);
        _nodes.Add(digest, node);
        _order.Add(node);
    }

    private OpEdge EdgeOf(Input input) => input.Index is >= 0 and <= int.MaxValue ? new OpEdge(_nodes[input.Digest], (int)input.Index)
        : throw GantryException.Invalid($"invalid output index {input.Index} of {Shown(input.Digest)}");

    private static string Shown(string digest) => digest.Length <= 100 ? digest : digest[..100] + "…";
}
