using Gantry.Api.Builds;
using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;

namespace Gantry.Cli.Builds;

/// <summary>The options of a build that the daemon is told of.</summary>
internal sealed class BuildFlags
{
    private const string Epoch = "SOURCE_DATE_EPOCH";

    private readonly ListFlag<string> _tags, _arguments, _labels, _hosts;
    private readonly ListFlag<IReadOnlyList<BuildAnnotation>> _annotations;
    private readonly ListFlag<IReadOnlyList<string>> _platforms, _securityOptions, _noCacheStages;
    private readonly ListFlag<IReadOnlyList<CacheChoice>> _cacheFrom;
    private readonly ListFlag<CacheChoice> _cacheTo;
    private readonly ListFlag<Ulimit> _ulimits;
    private readonly ValueFlag<string> _target, _network, _isolation, _cgroupParent, _cpuset, _mems;
    private readonly ValueFlag<long> _cpuPeriod, _cpuQuota, _cpuShares, _memory, _swap, _shmSize;
    private readonly BoolFlag _noCache, _pull, _squash, _remove, _forceRemove;

    public BuildFlags(FlagSet flags)
    {
        _tags = flags.List("tag", 't', "Name of the image (name:tag); may be given several times", "list", ImageName.Check);
        _target = flags.Text("target", null, "Stop at this stage");
        _platforms = flags.List<IReadOnlyList<string>>("platform", null, "Platform to build for (os/architecture[/variant]); several give "
            + "an index", "strings", CsvFields.Split);
        _arguments = flags.List("build-arg", null, "Set a variable of the Dockerfile; a name alone takes it from the environment", "list",
            Argument);
        _labels = flags.List("label", null, "Set a label of the image", "list", Label);
        _annotations = flags.List("annotation", null, "Add an annotation to the image ([manifest|manifest-descriptor|index:]key=value)",
            "stringArray", AnnotationText.Parse);
        _cacheFrom = flags.List("cache-from", null, "Images whose steps need not be done again, or caches (type=registry,ref=NAME, "
            + "type=local,src=DIR)", "strings", CacheChoice.From);
        _cacheTo = flags.List("cache-to", null, "Where to leave the cache (type=inline, type=registry,ref=NAME, type=local,dest=DIR; with "
            + "mode=max that of all stages)", "stringArray", CacheChoice.To);
        _noCache = flags.Switch("no-cache", null, "Do every step again");
        _noCacheStages = flags.List<IReadOnlyList<string>>("no-cache-filter", null, "Do every step of these stages again", "strings",
            CsvFields.Split);
        _pull = flags.Switch("pull", null, "Look for newer versions of the images that it begins with");
        _squash = flags.Switch("squash", null, "Make one layer of the new ones");
        _remove = flags.Switch("rm", null, "Remove the steps' containers after a build that succeeded", true);
        _forceRemove = flags.Switch("force-rm", null, "Remove them also after one that failed");
        _network = flags.Text("network", null, "Network of RUN instructions", "default");
        _hosts = flags.List("add-host", null, "Add a line to the steps' /etc/hosts (host:ip)", "list", HostFlags.ExtraHost);
        _securityOptions = flags.List<IReadOnlyList<string>>("security-opt", null, "Security options of the steps", "strings",
            CsvFields.Split);
        _isolation = flags.Text("isolation", null, "Isolation technology of the steps' containers");
        _cgroupParent = flags.Text("cgroup-parent", null, "Control group above the steps'");
        _ulimits = flags.List("ulimit", null, "Resource limit of the steps (name=soft[:hard])", "ulimit", LimitFlags.Ulimit);
        _shmSize = flags.Value("shm-size", null, "Size of the steps' /dev/shm", "bytes", ByteSize.Parse, 0L);
        _memory = flags.Value("memory", 'm', "Memory limit of the steps", "bytes", ByteSize.Parse, 0L);
        _swap = flags.Value("memory-swap", null, "Limit of memory and swap together; -1 for unlimited swap", "bytes",
            text => text == "-1" ? -1 : ByteSize.Parse(text), 0L);
        _cpuPeriod = flags.Number("cpu-period", null, "Period of the steps' processor quota in microseconds");
        _cpuQuota = flags.Number("cpu-quota", null, "The steps' processor time in each period in microseconds");
        _cpuShares = flags.Number("cpu-shares", 'c', "Relative weight of the steps' processor time");
        _cpuset = flags.Text("cpuset-cpus", null, "Processors that the steps run on (0-3, 0,1)");
        _mems = flags.Text("cpuset-mems", null, "Memory nodes that the steps use (0-3, 0,1)");
    }

    /// <summary>Directories with caches.</summary>
    public IEnumerable<string> CacheDirectories => From.Where(cache => cache.Type == "local").Select(cache => cache.Place);

    /// <summary>The directory that gets the cache; null for none.</summary>
    /// <exception cref="CliException">There are several.</exception>
    public string? CacheTarget => CacheTo.Where(cache => cache.Type == "local").Select(cache => cache.Place).ToList() switch
    {
        [] => null,
        [var one] => one,
        _ => throw new CliException("--cache-to type=local may be given once", CliException.Usage),
    };

    private List<string> Platforms =>
        [.. _platforms.Values.SelectMany(several => several).Select(one => one.Trim()).Where(one => one.Length > 0).Distinct()];

    private IEnumerable<CacheChoice> From => _cacheFrom.Values.SelectMany(caches => caches);

    /// <summary>What an image says of its steps is a cache by itself, so inline asks for nothing.</summary>
    private List<CacheChoice> CacheTo => _cacheTo.Values;

    public BuildRequest ToRequest() => new()
    {
        Tags = _tags.Values, Target = _target.Value, Arguments = Arguments(),
        Platform = Platforms is [var only] ? only : null, Platforms = Platforms.Count > 1 ? Platforms : [],
        Labels = KeyValues.Map(_labels.Values), PlacedAnnotations = [.. _annotations.Values.SelectMany(places => places)],
        CacheFrom = [.. From.Where(cache => cache.Type != "local").Select(cache => cache.Place)],
        CacheImports = [.. From.Where(cache => cache.Type == "registry").Select(cache => cache.Wire(cache.Place))],
        CacheExports = [.. CacheTo.Where(cache => cache.Type != "inline").Select(cache =>
            cache.Wire(cache.Type == "local" ? "" : cache.Place))],
        ExtraHosts = _hosts.Values, SecurityOptions = [.. _securityOptions.Values.SelectMany(options => options)],
        Ulimits = _ulimits.Values, NetworkMode = _network.Value,
        Isolation = _isolation.Value == "default" ? null : _isolation.Value, CgroupParent = _cgroupParent.Value,
        CpusetCpus = _cpuset.Value, CpusetMems = _mems.Value, CpuShares = _cpuShares.Value, CpuPeriod = _cpuPeriod.Value,
        CpuQuota = _cpuQuota.Value, Memory = _memory.Value, MemorySwap = _swap.Value, ShmSize = _shmSize.Value, NoCache = _noCache,
        NoCacheStages = [.. _noCacheStages.Values.SelectMany(stages => stages)], Pull = _pull, Squash = _squash,
        Remove = _remove, ForceRemove = _forceRemove,
    };

    /// <summary>A name that the environment does not have either is sent without a value: the Dockerfile's own counts.</summary>
    private Dictionary<string, string?> Arguments()
    {
        Dictionary<string, string?> arguments = [];
        foreach (string argument in _arguments.Values)
        {
            int equals = argument.IndexOf('=');
            if (equals > 0) arguments[argument[..equals]] = argument[(equals + 1)..];
            else arguments[argument] = Environment.GetEnvironmentVariable(argument);
        }
        // As buildx does: reproducible-builds.org has it in the environment of whatever builds something.
        if (!arguments.ContainsKey(Epoch) && Environment.GetEnvironmentVariable(Epoch) is { Length: > 0 } epoch) arguments[Epoch] = epoch;
        return arguments;
    }

    private static string Argument(string text) =>
        text.Length > 0 && text[0] != '=' ? text : throw new FormatException($"invalid environment variable: {text}");

    private static string Label(string text) =>
        text.Length > 0 && text[0] != '=' ? text : throw new FormatException($"invalid label '{text}': empty name");
}
