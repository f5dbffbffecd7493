namespace Gantry.Build.Dockerfile.Instructions;

/// <param name="IsSwitch">True or false, and true without a value.</param>
/// <param name="IsRepeated">It may come several times.</param>
internal sealed record InstructionFlag(string Name, bool IsSwitch = false, bool IsRepeated = false);
