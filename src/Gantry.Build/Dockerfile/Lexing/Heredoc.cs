namespace Gantry.Build.Dockerfile.Lexing;

/// <summary>The lines that follow an instruction up to the name that <c>&lt;&lt;NAME</c> says.</summary>
/// <param name="Expand">Whether variables count: not when the name is quoted.</param>
/// <param name="StripTabs"><c>&lt;&lt;-</c>: the tabs at the beginning of each line are left out of <paramref name="Content"/>.</param>
/// <param name="FileDescriptor">What stands in front of <c>&lt;&lt;</c>; null for standard input.</param>
/// <param name="Content">With its line feeds.</param>
public sealed record Heredoc(string Name, bool Expand, bool StripTabs, int? FileDescriptor, string Content, TextRange Range);
