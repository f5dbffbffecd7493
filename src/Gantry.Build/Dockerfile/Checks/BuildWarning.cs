using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Checks;

/// <summary>What a check has found.</summary>
/// <param name="Check">Its name, as <c># check=skip=</c> has it.</param>
public sealed record BuildWarning(string Check, string Message, TextRange Range);
