using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <param name="Value">Null where ARG says a name alone.</param>
public sealed record NameValue(Word Name, Word? Value);
