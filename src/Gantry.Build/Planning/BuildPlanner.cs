using Gantry.Build.Dockerfile.Expansion;
using Gantry.Build.Dockerfile.Instructions;
using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Dockerfile.Stages;
using Gantry.Build.Graph;
using Gantry.Oci.Image;
using Gantry.Storage.Roots;
using Gantry.Workloads;

namespace Gantry.Build.Planning;

/// <summary>Turns a Dockerfile into vertices: the stage that is asked for, and those that it needs.</summary>
public sealed class BuildPlanner
{
    private readonly BuildFile _file;
    private readonly BuildOptions _options;
    private readonly IBaseImages _images;
    private readonly Lease _lease;
    private readonly CancellationToken _cancellation;
    private readonly GlobalScope _global;
    private readonly Dictionary<BuildStage, PlannedStage> _stages = [];
    private readonly Dictionary<string, BaseImage> _found = [];
    private readonly SortedSet<string> _undefined = new(StringComparer.Ordinal);
    private readonly HashSet<string> _named = [];
    private BuildStage? _target;

    private BuildPlanner(BuildFile file, BuildOptions options, IBaseImages images, Lease lease, CancellationToken cancellation)
    {
        (_file, _options, _images, _lease, _cancellation) = (file, options, images, lease, cancellation);
        _global = new GlobalScope(file, options.Arguments, PlatformArguments.Of(options));
    }

    /// <exception cref="DockerfileException">An instruction makes no sense here.</exception>
    /// <exception cref="GantryException">A base image is not to be had, or there is no such target.</exception>
    public static async Task<BuildPlan> PlanAsync(BuildFile file, BuildOptions options, IBaseImages images, Lease lease,
        CancellationToken cancellation)
    {
        BuildPlanner planner = new(file, options, images, lease, cancellation);
        BuildStage target = planner._target = options.Target.Length == 0 ? file.Stages[^1] : file.Find(options.Target)
            ?? throw GantryException.Invalid($"target stage \"{options.Target}\" could not be found");
        PlannedStage planned = await planner.StageAsync(target);
        return new BuildPlan(planner.Globals(), [.. planner._stages.Values.OrderBy(stage => stage.Stage.Index)], planned,
            planner.Warnings());
    }

    private List<PlannedStep> Globals() =>
        [.. _file.GlobalArguments.Select(argument => new PlannedStep(argument.Statement.Text, null, new ImageConfig(), null))];

    private IReadOnlyList<string> Warnings()
    {
        List<string> unused = [.. _options.Arguments.Keys.Where(name => !_named.Contains(name) && !_global.Names.Contains(name)
            && !PredefinedArguments.IsKnown(name)).Order(StringComparer.Ordinal)];
        string[] stages = [.. _options.NoCacheStages.Where(name => _file.Find(name) is null)];
        return
        [
            .. unused.Count == 0 ? Array.Empty<string>()
                : [$"[Warning] One or more build-args [{string.Join(' ', unused)}] were not consumed"],
            .. stages.Length == 0 ? Array.Empty<string>()
                : [$"[Warning] no-cache-filter names stages that are not there: {string.Join(' ', stages)}"],
        ];
    }

    private async Task<PlannedStage> StageAsync(BuildStage stage)
    {
        if (_stages.TryGetValue(stage, out PlannedStage? known)) return known;
        FromInstruction from = _global.Expand(stage.From, out IReadOnlyCollection<string> undefined);
        _undefined.UnionWith(undefined);
        if (from.Image.Text.Length == 0)
            throw stage.From.Image.Refuse($"base name ({stage.From.Image.Text}) should not be blank");
        if (NamedContext.Of(_options.ContextTrees, from.Image.Text) is { } files)
            throw from.Image.Refuse($"{files} is a context with files, and a stage begins from an image: COPY --from={files} takes files");
        string? given = NamedContext.Of(_options.ContextImages, from.Image.Text);
        BuildStage? named = given is null ? _file.Find(from.Image.Text, before: stage.Index) : null;
        PlannedStage? parent = named is null ? null : await StageAsync(named);
        BaseImage? image = parent is not null || (given is null && from.Image.Text == "scratch") ? parent?.Base
            : await ImageAsync(given ?? from.Image.Text, from.Platform?.Text);
        ImageConfig config = parent?.Config ?? WithPath(image?.Image.Config ?? new ImageConfig());
        StageScope scope = parent?.Scope.Inherit() ?? new StageScope(_global, EnvironmentOf(config));
        Vertex below = parent?.Result ?? new TreeVertex { Title = stage.From.Statement.Text, Tree = image?.Tree ?? BuiltTree.Empty };
        PlannedStep first = new(stage.From.Statement.Text, below, config, null);
        IReadOnlyList<string> triggers = config.OnBuild ?? [];
        StagePlanner steps = new(_options, scope, below, triggers.Count > 0 ? config with { OnBuild = null } : config,
            (parent is null ? image : parent.Base)?.Image.Created, name => SourceAsync(name, stage)) { IsAlwaysMade = IsAlwaysMade(stage) };
        foreach (Instruction instruction in triggers.SelectMany(Trigger)) await steps.AddAsync(instruction, isTrigger: true);
        foreach (Instruction instruction in stage.Instructions.Concat(Labels(stage)))
        {
            if (instruction is ArgInstruction arguments) _named.UnionWith(arguments.Arguments.Select(argument => argument.Name.Text));
            await steps.AddAsync(instruction, isTrigger: false);
        }
        _undefined.UnionWith(steps.Undefined);
        return _stages[stage] = new PlannedStage(stage, image, [first, .. steps.Steps], scope)
        {
            Parent = parent, Platform = parent?.Platform ?? TargetPlatform.Parse(PlatformOf(from.Platform?.Text)),
        };
    }

    private bool IsAlwaysMade(BuildStage stage) => _options.NoCacheStages.Any(name => _file.Find(name) == stage);

    /// <summary>What each <c>--label</c> says is one instruction more at the end.</summary>
    private IEnumerable<Instruction> Labels(BuildStage stage) => stage != _target ? []
        : _options.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label =>
        {
            Statement statement = Lexer.Read(SourceFile.Of($"LABEL {OneLine($"{label.Key}={label.Value}")}", "--label")).Statements[0];
            Word Said(string text) => new(Quoted(text), statement.Range);
            return new LabelInstruction(statement, [new NameValue(Said(label.Key), Said(label.Value))], false);
        });

    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).TrimEnd('\\')
        is { Length: < 200 } line ? line : "…";

    /// <summary>One word in which nothing means anything.</summary>
    private static string Quoted(string text) => "'" + text.Replace("'", "'\"'\"'") + "'";

    private static IEnumerable<Instruction> Trigger(string text) =>
        Lexer.Read(SourceFile.Of(text, "ONBUILD")).Statements.Select(InstructionParser.Parse);

    private async Task<Vertex> SourceAsync(Word name, BuildStage stage)
    {
        string? given = NamedContext.Of(_options.ContextImages, name.Text);
        if (given is null && _file.Find(name.Text, before: stage.Index) is { } other) return (await StageAsync(other)).Result;
        if (given is null && name.Text.Equals(stage.Name, StringComparison.OrdinalIgnoreCase))
            throw name.Refuse($"invalid from flag value {name.Text}: refers to current build block");
        if (given is null && int.TryParse(name.Text, out _)) throw name.Refuse($"invalid from flag value {name.Text}: index out of bounds");
        try
        {
            return new TreeVertex { Title = name.Text, Tree = (await ImageAsync(given ?? name.Text, null)).Tree };
        }
        catch (GantryException e)
        {
            throw new GantryException(e.Kind, $"invalid from flag value {name.Text}: {e.Message}", e);
        }
    }

    private string? PlatformOf(string? said) => string.IsNullOrEmpty(said) ? _options.Platform : said;

    private async Task<BaseImage> ImageAsync(string reference, string? platform)
    {
        platform = PlatformOf(platform);
        string key = $"{platform} {reference}";
        if (_found.TryGetValue(key, out BaseImage? known)) return known;
        return _found[key] = await _images.FindAsync(reference, platform, _lease, _cancellation);
    }

    /// <summary>A step finds its programs whatever the image says.</summary>
    private static ImageConfig WithPath(ImageConfig config) =>
        config.Env?.Any(entry => entry.StartsWith("PATH=", StringComparison.Ordinal)) == true ? config
            : config with { Env = [ProcessEnvironment.DefaultPath, .. config.Env ?? []] };

    private static Dictionary<string, string> EnvironmentOf(ImageConfig config)
    {
        Dictionary<string, string> variables = [];
        foreach (string entry in config.Env ?? [])
            if (entry.IndexOf('=') is > 0 and var equals) variables[entry[..equals]] = entry[(equals + 1)..];
        return variables;
    }
}
