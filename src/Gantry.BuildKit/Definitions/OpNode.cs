using Gantry.BuildKit.Protocol.GraphApi;

namespace Gantry.BuildKit.Definitions;

/// <summary>One operation of a graph.</summary>
/// <param name="Digest">Of its bytes: by this others name it.</param>
internal sealed record OpNode(string Digest, Op Op, OpMetadata Metadata, IReadOnlyList<OpEdge> Inputs)
{
    /// <summary>What it is called where it is shown.</summary>
    public string Title => Metadata.Description.GetValueOrDefault("llb.customname") is { Length: > 0 } own
        ? OpTitle.Cut(own) : OpTitle.Of(Op);
}

/// <summary>One of the results of an operation.</summary>
internal readonly record struct OpEdge(OpNode Node, int Output);
