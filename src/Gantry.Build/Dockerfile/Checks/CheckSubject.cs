using Gantry.Build.Dockerfile.Ignore;
using Gantry.Build.Dockerfile.Instructions;
using Gantry.Build.Dockerfile.Stages;

namespace Gantry.Build.Dockerfile.Checks;

/// <summary>What checks look at.</summary>
public sealed class CheckSubject(BuildFile file)
{
    private static readonly Dictionary<string, string> Nothing = [];

    public BuildFile File { get; } = file;

    /// <summary>What the context leaves out; null when nobody knows.</summary>
    public IgnorePatterns? Ignored { get; init; }

    /// <summary>The variables of an image; null of one that nobody has looked at, about which nothing is said then.</summary>
    public Func<string, IReadOnlyDictionary<string, string>?> ImageEnvironment { get; init; } = _ => null;

    /// <summary>The values of <see cref="PredefinedArguments.Platform"/>.</summary>
    public IReadOnlyDictionary<string, string> Platform { get; init; } =
        PredefinedArguments.Platform.ToDictionary(name => name, _ => "linux");

    public IReadOnlyDictionary<string, string> BuildArguments { get; init; } = Nothing;

    internal GlobalScope Globals => new(File, BuildArguments, Platform);

    internal IEnumerable<Instruction> Instructions => [.. File.GlobalArguments, .. File.Stages.SelectMany(stage =>
        (IEnumerable<Instruction>)[stage.From, .. stage.Instructions])];

    internal IEnumerable<T> All<T>() where T : Instruction => Instructions.OfType<T>();
}
