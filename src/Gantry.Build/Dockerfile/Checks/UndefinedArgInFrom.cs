using Gantry.Build.Dockerfile.Instructions;
using Gantry.Build.Dockerfile.Stages;

namespace Gantry.Build.Dockerfile.Checks;

/// <summary>FROM knows what stands before the first stage, and nothing of a stage.</summary>
internal sealed class UndefinedArgInFrom() : BuildCheck("UndefinedArgInFrom")
{
    public override IEnumerable<BuildWarning> Run(CheckSubject subject)
    {
        GlobalScope globals = subject.Globals;
        HashSet<string> declared = [.. globals.Names];
        foreach (BuildStage stage in subject.File.Stages)
        {
            globals.Expand(stage.From, out IReadOnlyCollection<string> undefined);
            foreach (string name in undefined.Where(name => !declared.Contains(name)))
            {
                string? hint = Suggestion.For(name, declared);
                yield return Warn(stage.From.Statement.Range,
                    $"FROM argument '{name}' is not declared{(hint is null ? "" : $" ({hint})")}");
            }
        }
    }
}
