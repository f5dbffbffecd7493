using Gantry.Build.Dockerfile.Instructions;
using Gantry.Build.Dockerfile.Stages;

namespace Gantry.Build.Dockerfile.Checks;

/// <summary>A variable without a value is empty, which is seldom meant.</summary>
internal sealed class UndefinedVar() : BuildCheck("UndefinedVar")
{
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
            foreach (Instruction instruction in stage.Instructions)
            {
                string[] known = [.. scope.Environment.Keys, .. scope.Arguments.Keys];
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

    /// <summary>Every step has a path, whatever the image says.</summary>
    private static IReadOnlyDictionary<string, string>? Environment(CheckSubject subject, string image)
    {
        IReadOnlyDictionary<string, string>? own = image == "scratch" ? new Dictionary<string, string>() : subject.ImageEnvironment(image);
        return own is null ? null : new Dictionary<string, string>(own) { ["PATH"] = own.GetValueOrDefault("PATH", "/bin") };
    }
}
