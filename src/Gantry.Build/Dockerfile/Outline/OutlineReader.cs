using Gantry.Build.Dockerfile.Expansion;
using Gantry.Build.Dockerfile.Instructions;
using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Dockerfile.Stages;

namespace Gantry.Build.Dockerfile.Outline;

/// <summary>Finds what a target can be given.</summary>
/// <remarks>Nothing is fetched: what a base image has as variables is not known, and an argument whose value stands on them has what
/// is left of it without.</remarks>
public sealed class OutlineReader
{
    private readonly BuildFile _file;
    private readonly GlobalScope _global;
    private readonly HashSet<BuildStage> _seen = [];
    private readonly Dictionary<string, OutlineArgument> _arguments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OutlineSecret> _secrets = new(StringComparer.Ordinal), _agents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OutlineCache> _caches = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = [];

    private OutlineReader(BuildFile file, GlobalScope global) => (_file, _global) = (file, global);

    /// <param name="target">By name or number; empty for the last.</param>
    /// <param name="given">Of <c>--build-arg</c>.</param>
    /// <param name="platform">The values of <see cref="PredefinedArguments.Platform"/>.</param>
    /// <exception cref="GantryException">Invalid: there is no such target.</exception>
    /// <exception cref="DockerfileException">An instruction makes no sense.</exception>
    public static TargetOutline Of(BuildFile file, string target, IReadOnlyDictionary<string, string> given,
        IReadOnlyDictionary<string, string> platform)
    {
        BuildStage stage = target.Length == 0 ? file.Stages[^1] : file.Find(target)
            ?? throw GantryException.Invalid($"target stage \"{target}\" could not be found");
        OutlineReader reader = new(file, new GlobalScope(file, given, platform));
        reader.Read(stage);
        reader.AddGlobals();
        return new TargetOutline(stage.Name, Described.Of(stage.From.Statement, stage.Name),
            [.. reader._arguments.Values.OrderBy(one => one.Range.Line)], [.. reader._secrets.Values.OrderBy(one => one.Range.Line)],
            [.. reader._agents.Values.OrderBy(one => one.Range.Line)], [.. reader._caches.Values.OrderBy(one => one.Range.Line)]);
    }

    /// <returns>The variables at the stage's end.</returns>
    private StageScope Read(BuildStage stage)
    {
        Ask(stage.From.Image.Text, stage.From.Statement.Escape);
        Ask(stage.From.Platform?.Text ?? "", stage.From.Statement.Escape);
        FromInstruction from = _global.Expand(stage.From, out _);
        StageScope scope = _file.Find(from.Image.Text, before: stage.Index) is { } parent ? Read(parent).Inherit()
            : new StageScope(_global, new Dictionary<string, string>());
        bool isNew = _seen.Add(stage);
        foreach (Instruction written in stage.Instructions)
        {
            Instruction step = scope.Step(written, out _);
            if (!isNew) continue;
            if (step is ArgInstruction argument) Add(argument, scope.Value);
            else if (step is CopyInstruction { From: { } source }) Need(source.Text, stage);
            else if (step is RunInstruction run)
                foreach (Word mount in run.Mounts) Add(RunMount.Parse(mount), mount.Range, stage);
        }
        return scope;
    }

    private void Need(string name, BuildStage stage)
    {
        if (_file.Find(name, before: stage.Index) is { } other && !_seen.Contains(other)) Read(other);
    }

    private void Add(ArgInstruction instruction, Func<string, string?> value)
    {
        foreach (NameValue argument in instruction.Arguments)
        {
            string name = argument.Name.Text;
            Ask(argument.Value?.Text ?? "", instruction.Statement.Escape);
            OutlineArgument found = new(name, value(name), Described.Of(instruction.Statement, name), instruction.Statement.Range);
            // What stands before the first stage says what it is where it has a value there.
            if (argument.Value is null && _global.Names.Contains(name)) _asked.Add(name);
            _arguments.TryAdd(name, found);
        }
    }

    private void AddGlobals()
    {
        foreach (ArgInstruction instruction in _file.GlobalArguments.Reverse())
            foreach (NameValue argument in instruction.Arguments.Where(argument => _asked.Contains(argument.Name.Text)))
            {
                Ask(argument.Value?.Text ?? "", instruction.Statement.Escape);
                string name = argument.Name.Text;
                _arguments[name] = new OutlineArgument(name, _global.Value(name),
                    Described.Of(instruction.Statement, name) ?? _arguments.GetValueOrDefault(name)?.Description,
                    instruction.Statement.Range);
            }
    }

    private void Add(RunMount mount, TextRange range, BuildStage stage)
    {
        if (mount.From is not null) Need(mount.From, stage);
        string id = mount.Id ?? (mount.Type == "cache" ? mount.Target : mount.Source ?? mount.Target?.Split('/')[^1]) ?? "default";
        switch (mount.Type)
        {
            case "secret":
                Add(_secrets, id, mount, range);
                break;
            case "ssh":
                Add(_agents, mount.Id ?? "default", mount, range);
                break;
            case "cache":
                _caches.TryAdd(id, new OutlineCache(id, range));
                break;
        }
    }

    /// <summary>Who needs it once needs it.</summary>
    private static void Add(Dictionary<string, OutlineSecret> all, string id, RunMount mount, TextRange range)
    {
        if (!all.TryGetValue(id, out OutlineSecret? known)) all.Add(id, new OutlineSecret(id, mount.Required, range));
        else if (mount.Required) all[id] = known with { IsRequired = true };
    }

    /// <summary>Notes the variables that a word asks for.</summary>
    private void Ask(string text, char escape)
    {
        if (!text.Contains('$')) return;
        _ = ShellExpansion.Expand(text, escape, name =>
        {
            _asked.Add(name);
            return _global.Value(name);
        }, []);
    }
}
