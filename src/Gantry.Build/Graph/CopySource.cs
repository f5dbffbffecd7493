using Gantry.Build.Repositories;

namespace Gantry.Build.Graph;

/// <summary>Where files are copied from.</summary>
public abstract record CopySource;

/// <summary>The context of the build.</summary>
/// <param name="Patterns">As they are written, relative to its root.</param>
/// <param name="Name">Of a further one; null for the build's own.</param>
public sealed record ContextSource(IReadOnlyList<string> Patterns, string? Name = null) : CopySource;

/// <summary>Another tree: a stage's, or an image's.</summary>
/// <inheritdoc cref="ContextSource"/>
public sealed record TreeSource(Vertex Tree, IReadOnlyList<string> Patterns) : CopySource;

/// <summary>A file that is written in the Dockerfile itself.</summary>
public sealed record InlineSource(string Name, string Content) : CopySource;

/// <summary>A git repository, or a directory of one.</summary>
/// <param name="KeepGit">With git's own files.</param>
/// <param name="Commit">What the commit that it comes to must begin with; null for any.</param>
public sealed record RepositorySource(GitAddress Address, bool KeepGit, string? Commit) : CopySource;

/// <summary>A file of the network.</summary>
/// <param name="Checksum">The digest that it must have; null for any.</param>
public sealed record AddressSource(Uri Address, string? Checksum) : CopySource;
