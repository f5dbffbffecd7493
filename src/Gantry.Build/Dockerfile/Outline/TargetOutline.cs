using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Outline;

/// <summary>What a target can be given: what its own stage, and those that it needs, ask for.</summary>
/// <param name="Name">Of the target; null where it has a number alone.</param>
/// <param name="Description">As <see cref="Described.Of"/> finds it.</param>
/// <param name="Arguments">In the order of the file, each once, as all of them.</param>
public sealed record TargetOutline(string? Name, string? Description, IReadOnlyList<OutlineArgument> Arguments,
    IReadOnlyList<OutlineSecret> Secrets, IReadOnlyList<OutlineSecret> Agents, IReadOnlyList<OutlineCache> Caches);

/// <param name="Value">That it has in this build; null for none.</param>
public sealed record OutlineArgument(string Name, string? Value, string? Description, TextRange Range);

/// <summary>A secret, or an agent of ssh.</summary>
public sealed record OutlineSecret(string Id, bool IsRequired, TextRange Range);

/// <summary>A directory that is kept between builds.</summary>
public sealed record OutlineCache(string Id, TextRange Range);
