using Gantry.Build.Configuration;
using Gantry.Build.Dockerfile.Expansion;
using Gantry.Build.Dockerfile.Instructions;
using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Dockerfile.Stages;
using Gantry.Build.Graph;
using Gantry.Oci.Image;
using Gantry.Workloads;

namespace Gantry.Build.Planning;

/// <summary>Turns the instructions of one stage into vertices, one after the other.</summary>
/// <param name="began">When the image was made that the stage begins from.</param>
/// <param name="source">The tree that <c>--from</c> names.</param>
internal sealed class StagePlanner(BuildOptions options, StageScope scope, Vertex below, ImageConfig config, DateTimeOffset? began,
    Func<Word, Task<Vertex>> source)
{
    private readonly DateTimeOffset? _latest = options.Latest;
    private readonly ConfigurationSteps _configuration = new(config);
    private Vertex _below = below;
    private bool _isTrigger;

    public List<PlannedStep> Steps { get; } = [];

    /// <summary>Nothing of it is looked up.</summary>
    public bool IsAlwaysMade { get; init; }

    /// <summary>What the file asked for and nobody has said.</summary>
    public List<string> Undefined { get; } = [];

    public async Task AddAsync(Instruction written, bool isTrigger)
    {
        _isTrigger = isTrigger;
        Instruction step = scope.Step(written, out IReadOnlyCollection<string> undefined);
        Undefined.AddRange(undefined);
        string title = written.Statement.Text;
        switch (step)
        {
            case RunInstruction run:
                RunVertex vertex = await RunAsync(title, run);
                IReadOnlyList<string> arguments = BuildArguments();
                Add(title, vertex, CreatedBy.OfRun(run, vertex, arguments),
                    isAmbiguous: CreatedBy.IsAmbiguous(run, vertex, arguments));
                break;
            case CopyInstruction copy:
                Add(title, await CopyAsync(title, copy), CreatedBy.Of(copy, ""));
                break;
            case AddInstruction add:
                Add(title, AddFiles(title, add), CreatedBy.Of(add, ""));
                break;
            case WorkdirInstruction workdir:
                _configuration.ApplyExpanded(workdir);
                string directory = _configuration.Config.WorkingDir ?? "/";
                Add(title, new DirectoryVertex
                {
                    Title = title, IsAlwaysMade = IsAlwaysMade, Below = _below, Path = directory, Latest = _latest,
                    Time = _latest ?? began ?? DateTimeOffset.UnixEpoch, Owner = _configuration.Config.User ?? "",
                }, CreatedBy.Of(workdir, directory));
                break;
            case FromInstruction:
                throw step.Statement.Refuse("FROM isn't allowed as an ONBUILD trigger");
            default:
                string? remark = step is HealthcheckInstruction ? Overridden() : null;
                _configuration.ApplyExpanded(step);
                string meaning = CreatedBy.Of(WithShell(step), "");
                Add(title, new NoteVertex { Title = title, IsAlwaysMade = IsAlwaysMade, Below = _below, Meaning = meaning }, meaning,
                    (step as MaintainerInstruction)?.Value.Text, remark: remark);
                break;
        }
    }

    private void Add(string title, Vertex vertex, string createdBy, string? author = null, bool isAmbiguous = false, string? remark = null)
    {
        _below = vertex;
        Steps.Add(new PlannedStep(title, vertex, _configuration.Config, createdBy)
        {
            Author = author, IsTrigger = _isTrigger, IsAmbiguous = isAmbiguous, Remark = remark,
            Shown = new Expander('\\', scope.Value).Shown(title),
        });
    }

    /// <summary>In Docker's words; null where there was no check before.</summary>
    private string? Overridden() => _configuration.Config.Healthcheck?.Test is [not "NONE", ..] test
        ? $"Note: overriding previous HEALTHCHECK: [{string.Join(' ', test)}]" : null;

    /// <summary>The history shows what is executed.</summary>
    private Instruction WithShell(Instruction step) => step switch
    {
        CmdInstruction { Command.IsShell: true } cmd => cmd with { Command = Full(cmd.Command, cmd.Statement) },
        EntrypointInstruction { Command.IsShell: true } entrypoint =>
            entrypoint with { Command = Full(entrypoint.Command, entrypoint.Statement) },
        ArgInstruction argument => argument.Expand(new Expander(argument.Statement.Escape, scope.Value)),
        _ => step,
    };

    private CommandForm Full(CommandForm command, Statement statement) =>
        new(false, [.. command.With(_configuration.Shell).Select(text => new Word(text, statement.Range))]);

    private async Task<RunVertex> RunAsync(string title, RunInstruction run)
    {
        ImageConfig config = _configuration.Config;
        List<string> environment = [.. BuildArguments()];
        ProcessEnvironment.Merge(environment, config.Env);
        Entitled(run);
        if (run.Devices.Count > 0) throw run.Devices[0].Refuse("--device is not supported: the builder gives no devices to its steps");
        List<RunPlace> places = [];
        foreach (Word mount in run.Mounts) places.Add(await PlaceAsync(mount, config, places.OfType<AgentPlace>().Count()));
        return new RunVertex
        {
            Title = title, IsAlwaysMade = IsAlwaysMade, Below = _below, Latest = _latest,
            Arguments = RunCommand.Of(run, _configuration.Shell), Environment = environment,
            Unkeyed = [.. options.Arguments.Where(pair => PredefinedArguments.Proxies.Contains(pair.Key))
                .Select(pair => $"{pair.Key}={pair.Value}")],
            Directory = string.IsNullOrEmpty(config.WorkingDir) ? "/" : config.WorkingDir, User = config.User ?? "",
            Surroundings = options.Surroundings with
            {
                Network = run.Network == "default" ? options.Surroundings.Network : run.Network,
            },
            Places = places,
        };
    }

    /// <summary>What takes a step's protections away is for who asks for the build to say, and not for a Dockerfile or an image.</summary>
    private void Entitled(RunInstruction run)
    {
        if (run.Security == "insecure")
            throw run.Statement.Refuse("security.insecure is not allowed: the steps of a build run with the protections of a container");
        if (run.Network == "host" && options.Surroundings.Network != "host")
            throw run.Statement.Refuse("network.host is not allowed: ask for it with --network host");
    }

    /// <summary>What ARG has named, as variables: <c>NAME=value</c>, by name. ENV wins.</summary>
    private List<string> BuildArguments() =>
    [
        .. scope.Arguments.Where(pair => pair.Value is not null && !scope.Environment.ContainsKey(pair.Key))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"),
    ];

    /// <param name="agents">How many the step has already.</param>
    private async Task<RunPlace> PlaceAsync(Word word, ImageConfig config, int agents)
    {
        RunMount mount = RunMount.Parse(word);
        string target = InsidePath.Below(config.WorkingDir, mount.Target ?? "");
        if (mount.Target is not null && target == "/") throw word.Refuse($"invalid mount target {GoQuote.Quote(mount.Target)}");
        switch (mount.Type)
        {
            case "bind":
                return await BoundAsync(word, mount, target);
            case "cache":
                return new CachePlace(target, mount.Id ?? target, mount.Sharing, mount.ReadOnly, mount.UserId ?? 0, mount.GroupId ?? 0,
                    (uint)(mount.Mode ?? 0x1ed), mount.From is null ? null : await BoundAsync(word, mount, target));
            case "tmpfs":
                return new MemoryPlace(target, mount.Size);
            case "secret":
                return ClientPlaces.Secret(word, mount, target);
            default:
                return ClientPlaces.Agent(mount, target, agents);
        }
    }

    private async Task<BindPlace> BoundAsync(Word word, RunMount mount, string target)
    {
        string? context = mount.From is null ? null : NamedContext.Of(options.ContextTrees, mount.From);
        Vertex? from = mount.From is null || context is not null ? null : await source(new Word(mount.From, word.Range));
        return new BindPlace(target, from, mount.Source ?? "", mount.ReadOnly, context);
    }

    private async Task<CopyVertex> CopyAsync(string title, CopyInstruction copy)
    {
        IReadOnlyList<string> patterns = [.. copy.Files.Sources.Select(word => word.Text)];
        List<CopySource> sources = [.. copy.Files.Contents.Select(content => new InlineSource(content.Name, content.Content))];
        if (patterns.Count > 0)
            sources.Insert(0, copy.From is not { } from ? new ContextSource(patterns)
                : NamedContext.Of(options.ContextTrees, from.Text) is { } name ? new ContextSource(patterns, name)
                : new TreeSource(await source(from), patterns));
        return Transfer(title, copy.Files, copy.Options, sources, isAdd: false, copy.Parents, unpack: false);
    }

    private CopyVertex AddFiles(string title, AddInstruction add)
    {
        List<CopySource> sources = [];
        foreach (Word word in add.Files.Sources)
        {
            sources.Add(RemoteSources.Find(word, add) ?? new ContextSource([word.Text]));
        }
        if (add.KeepGitDirectory && !sources.Any(source => source is RepositorySource))
            throw add.Files.Destination.Refuse("--keep-git-dir: none of the sources is a git repository");
        sources.AddRange(add.Files.Contents.Select(content => new InlineSource(content.Name, content.Content)));
        return Transfer(title, add.Files, add.Options, sources, isAdd: true, parents: false, add.Unpack);
    }

    private CopyVertex Transfer(string title, TransferArguments files, TransferOptions transfer, IReadOnlyList<CopySource> sources,
        bool isAdd, bool parents, bool? unpack)
    {
        string destination = files.Destination.Text;
        if (destination.Length == 0) throw files.Destination.Refuse("the destination is empty");
        bool isDirectory = destination.EndsWith('/') || destination is "." or ".." || destination.EndsWith("/.", StringComparison.Ordinal);
        string full = InsidePath.Below(_configuration.Config.WorkingDir, destination);
        return new CopyVertex
        {
            Title = title, IsAlwaysMade = IsAlwaysMade, Below = _below, Latest = _latest, Sources = sources,
            Destination = isDirectory && full != "/" ? full + "/" : full,
            Owner = transfer.Owner?.Text, Mode = transfer.Mode?.Text, Parents = parents,
            Exclude = [.. transfer.Exclude.Select(word => word.Text)], Unpack = unpack, IsAdd = isAdd,
        };
    }
}
