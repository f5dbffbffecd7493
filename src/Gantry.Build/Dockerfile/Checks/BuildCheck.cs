using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Checks;

/// <summary>One thing that may be wrong with a Dockerfile that can be built.</summary>
/// <param name="name">Docker's.</param>
/// <param name="experimental">Only done when it is asked for.</param>
public abstract class BuildCheck(string name, bool experimental = false)
{
    public string Name { get; } = name;

    public bool IsExperimental { get; } = experimental;

    public abstract IEnumerable<BuildWarning> Run(CheckSubject subject);

    private protected BuildWarning Warn(TextRange range, string message) => new(Name, message, range);
}
