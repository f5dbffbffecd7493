using Gantry.Linux.Trees;

namespace Gantry.BuildKit.Results;

/// <summary>The files of a result, and the directory at the client that they go to; empty for the one that it has chosen.</summary>
/// <param name="Root">Of a build: hostile, and nobody changes it.</param>
public sealed record NamedTree(string Name, DirectoryHandle Root);
