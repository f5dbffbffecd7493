using Gantry.Build.Dockerfile.Expansion;
using Gantry.Build.Dockerfile.Instructions;

namespace Gantry.Build.Dockerfile.Stages;

/// <summary>What variables are inside a stage, at one place of it.</summary>
/// <remarks>ENV wins over ARG, wherever the two stand. An argument of a stage is there from its ARG on, in this stage and in those that
/// begin from it.</remarks>
public sealed class StageScope
{
    private readonly GlobalScope _global;
    private readonly Dictionary<string, string?> _arguments;
    private readonly Dictionary<string, string> _environment;

    /// <param name="environment">Of the base image.</param>
    public StageScope(GlobalScope global, IReadOnlyDictionary<string, string> environment) =>
        (_global, _arguments, _environment) = (global, [], new Dictionary<string, string>(environment));

    private StageScope(StageScope below) =>
        (_global, _arguments, _environment) = (below._global, new(below._arguments), new(below._environment));

    public IReadOnlyDictionary<string, string> Environment => _environment;

    /// <summary>Name and value of what ARG has named so far; without a value null.</summary>
    public IReadOnlyDictionary<string, string?> Arguments => _arguments;

    /// <summary>For a stage that begins from this one, at its end.</summary>
    public StageScope Inherit() => new(this);

    public string? Value(string name) => _environment.TryGetValue(name, out string? value) ? value : _arguments.GetValueOrDefault(name);

    /// <summary>The instruction with the values of this place; afterwards what it sets counts.</summary>
    public Instruction Step(Instruction instruction, out IReadOnlyCollection<string> undefined)
    {
        Expander expander = new(instruction.Statement.Escape, Value);
        Instruction expanded = instruction;
        if (instruction is ArgInstruction arguments)
        {
            foreach (NameValue argument in arguments.Arguments) Declare(expander, argument);
        }
        else expanded = instruction.Expand(expander);
        if (expanded is EnvInstruction env)
        {
            foreach (NameValue pair in env.Pairs) _environment[pair.Name.Text] = pair.Value?.Text ?? "";
        }
        undefined = expander.Undefined;
        return expanded;
    }

    /// <summary>What the build was given wins, then what the stage says, then what stands before the first stage.</summary>
    private void Declare(Expander expander, NameValue argument)
    {
        string name = expander.One(argument.Name).Text;
        _arguments[name] = _global.Given(name) ?? expander.One(argument.Value)?.Text ?? _global.Value(name);
    }
}
