using Gantry.Build.Dockerfile.Instructions;

namespace Gantry.Build.Dockerfile.Checks;

/// <summary>What is left out of the context cannot be copied out of it.</summary>
internal sealed class CopyIgnoredFile() : BuildCheck("CopyIgnoredFile")
{
    public override IEnumerable<BuildWarning> Run(CheckSubject subject)
    {
        if (subject.Ignored is not { } ignored) return [];
        return from instruction in subject.Instructions
               let files = instruction switch
               {
                   CopyInstruction { From: null } copy => copy.Files, AddInstruction add => add.Files, _ => null,
               }
               where files is not null
               from source in files.Sources
               let path = CleanPath.Of(source.Text).TrimStart('/')
               where IsPlain(source.Text) && path.Length > 0 && path != "." && ignored.IsExcluded(path) && !ignored.MayIncludeBelow(path)
               select Warn(source.Range,
                   $"Attempting to {instruction.Statement.Name} file {GoQuote.Quote(source.Text)} that is excluded by .dockerignore");
    }

    /// <summary>No variable, no pattern, no address.</summary>
    private static bool IsPlain(string source) =>
        source.AsSpan().IndexOfAny("$*?[") < 0 && !source.Contains("://") && !source.StartsWith("git@");
}
