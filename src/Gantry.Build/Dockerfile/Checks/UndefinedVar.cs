using Gantry.Build.Dockerfile.Instructions;
using Gantry.Build.Dockerfile.Stages;

namespace Gantry.Build.Dockerfile.Checks;

/// <summary>A variable without a value is empty, which is seldom meant.</summary>
internal sealed class UndefinedVar() : BuildCheck("UndefinedVar")
{
    /// <summary>Among more names than this nobody is helped to find one, and looking for it takes long.</summary>
    private const int MostNames = 500;

    public override IEnumerable<BuildWarning> Run(CheckSubject subject)
    {
        GlobalScope globals = subject.Globals;
        Dictionary<int, StageScope> scopes = [];
        foreach (BuildStage stage in subject.File.Stages)
        {
            string image = globals.Expand(stage.From, out _).Image.Text;
            StageScope? scope = subject.File.Find(image, stage.Index) is { } below ? scopes.GetValueOrDefault(below.Index)?.Inherit()
                : Environment(subject, image) is { } environment ? new StageScope(globals, environment) : null;
            if (scope is null) continue;
            scopes[stage.Index] = scope;
            string[] known = [];
            foreach (Instruction instruction in stage.Instructions)
            {
                known = Known(scope, known);
                scope.Step(instruction, out IReadOnlyCollection<string> undefined);
                // Declared without a value is declared.
                foreach (string name in undefined.Where(name => !scope.Arguments.ContainsKey(name)))
                {
                    string? hint = Suggestion.For(name, known, "$");
                    yield return Warn(instruction.Statement.Range,
                        $"Usage of undefined variable '${name}'{(hint is null ? "" : $" ({hint})")}");
                }
            }
        }
    }

    /// <param name="before">What it was before the last instruction, none of which takes a name away.</param>
    private static string[] Known(StageScope scope, string[] before)
    {
        int count = scope.Environment.Count + scope.Arguments.Count;
        return count > MostNames ? [] : count == before.Length ? before : [.. scope.Environment.Keys, .. scope.Arguments.Keys];
    }

    /// <summary>Every step has a path, whatever the image says.</summary>
    private static IReadOnlyDictionary<string, string>? Environment(CheckSubject subject, string image)
    {
        IReadOnlyDictionary<string, string>? own = image == "scratch" ? new Dictionary<string, string>() : subject.ImageEnvironment(image);
        return own is null ? null : new Dictionary<string, string>(own) { ["PATH"] = own.GetValueOrDefault("PATH", "/bin") };
    }
}
