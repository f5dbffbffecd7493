using Gantry.Build.Dockerfile.Expansion;
using Gantry.Build.Dockerfile.Instructions;

namespace Gantry.Build.Dockerfile.Stages;

/// <summary>What variables are outside of the stages: in FROM.</summary>
public sealed class GlobalScope
{
    private readonly Dictionary<string, string?> _declared = [];
    private readonly IReadOnlyDictionary<string, string> _given, _platform;
    private readonly HashSet<string> _undefined = [];

    /// <param name="given">Of <c>--build-arg</c>.</param>
    /// <param name="platform">The values of <see cref="PredefinedArguments.Platform"/>.</param>
    public GlobalScope(BuildFile file, IReadOnlyDictionary<string, string> given, IReadOnlyDictionary<string, string> platform)
    {
        (_given, _platform) = (given, platform);
        foreach (ArgInstruction instruction in file.GlobalArguments)
        {
            Expander expander = new(instruction.Statement.Escape, Value);
            // One after the other, for each sees those before it on its own line too.
            foreach (NameValue argument in instruction.Arguments)
            {
                string name = expander.One(argument.Name).Text;
                _declared[name] = given.TryGetValue(name, out string? value) ? value : expander.One(argument.Value)?.Text ?? Platform(name);
            }
            _undefined.UnionWith(expander.Undefined);
        }
    }

    /// <summary>What the arguments themselves ask for in vain.</summary>
    public IReadOnlyCollection<string> Undefined => _undefined;

    public IReadOnlyCollection<string> Names => [.. _declared.Keys, .. PredefinedArguments.Platform];

    /// <returns>Null when it has none.</returns>
    public string? Value(string name) => _declared.TryGetValue(name, out string? value) ? value : Platform(name);

    /// <returns>What <c>--build-arg</c> says.</returns>
    internal string? Given(string name) => _given.GetValueOrDefault(name);

    /// <summary>FROM, with what this scope knows.</summary>
    public FromInstruction Expand(FromInstruction from, out IReadOnlyCollection<string> undefined)
    {
        Expander expander = new(from.Statement.Escape, Value);
        FromInstruction expanded = (FromInstruction)from.Expand(expander);
        undefined = expander.Undefined;
        return expanded;
    }

    private string? Platform(string name) => _platform.GetValueOrDefault(name);
}
