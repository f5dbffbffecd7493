using Gantry.Build.Dockerfile.Instructions;

namespace Gantry.Build.Dockerfile.Stages;

/// <summary>One FROM and what follows it up to the next.</summary>
/// <param name="Name">In small letters; null where it has a number alone.</param>
public sealed record BuildStage(int Index, string? Name, FromInstruction From, IReadOnlyList<Instruction> Instructions);
