namespace Gantry.Build.Graph;

/// <summary>Where files are copied from.</summary>
public abstract record CopySource;

/// <summary>The context of the build.</summary>
/// <param name="Patterns">As they are written, relative to its root.</param>
public sealed record ContextSource(IReadOnlyList<string> Patterns) : CopySource;

/// <summary>Another tree: a stage's, or an image's.</summary>
/// <inheritdoc cref="ContextSource"/>
public sealed record TreeSource(Vertex Tree, IReadOnlyList<string> Patterns) : CopySource;

/// <summary>A file that is written in the Dockerfile itself.</summary>
public sealed record InlineSource(string Name, string Content) : CopySource;

/// <summary>A file of the network.</summary>
/// <param name="Checksum">The digest that it must have; null for any.</param>
public sealed record AddressSource(Uri Address, string? Checksum) : CopySource;
