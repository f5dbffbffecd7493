namespace Gantry.Build.Repositories;

/// <summary>What a reference stands for.</summary>
/// <param name="Name">In full; null where it was said in part, so that it is known only once it is fetched.</param>
/// <param name="Reference">The full name of the reference; null where a commit was asked for by itself.</param>
public sealed record GitCommit(string? Name, string? Reference);
