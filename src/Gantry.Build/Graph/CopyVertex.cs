namespace Gantry.Build.Graph;

/// <summary>Files that come into the tree below from somewhere else.</summary>
public sealed class CopyVertex : Vertex
{
    public required IReadOnlyList<CopySource> Sources { get; init; }
    /// <summary>Absolute; with a slash at its end a directory is meant.</summary>
    public required string Destination { get; init; }
    /// <summary><c>user[:group]</c> as the tree's own files have them; null for root.</summary>
    public string? Owner { get; init; }
    /// <summary>Octal, or symbolic; null keeps what a file has.</summary>
    public string? Mode { get; init; }
    /// <summary>The directories of a source are made too.</summary>
    public bool Parents { get; init; }
    /// <summary>Patterns of what stays out.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];
    /// <summary>Archives of the context are unpacked, and those of addresses: null for the former alone.</summary>
    public bool? Unpack { get; init; }
    public bool IsAdd { get; init; }
    /// <summary>Names are looked at as ADD and COPY do it: the word for messages.</summary>
    public string Verb => IsAdd ? "ADD" : "COPY";

    public override IReadOnlyList<Vertex> Inputs => [.. base.Inputs, .. Sources.OfType<TreeSource>().Select(source => source.Tree)];
}
