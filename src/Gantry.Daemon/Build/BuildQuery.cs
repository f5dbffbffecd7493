using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Api.Containers;
using Gantry.Api.Wire;
using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Daemon.Http;
using Gantry.Engine.Containers;
using Gantry.Oci.Image;
using Gantry.Oci.Runtime;
using Gantry.Registry;

namespace Gantry.Daemon.Build;

/// <summary>What <c>POST /build</c> is asked by its query.</summary>
internal sealed record BuildQuery
{
    public required string Dockerfile { get; init; }
    public required BuildOptions Options { get; init; }
    /// <summary>The address of a context; empty for one in the body.</summary>
    public string Remote { get; init; } = "";
    /// <summary>The name of the session in which our own client offers files, secrets and agents; empty for none.</summary>
    public string ClientSession { get; init; } = "";
    /// <summary>Images whose steps are known too; those that are not here are passed over.</summary>
    public IReadOnlyList<string> CacheFrom { get; init; } = [];
    /// <summary>Caches that builds have left elsewhere.</summary>
    public IReadOnlyList<CacheQuery> CacheImports { get; init; } = [];
    /// <summary>Where this one's goes.</summary>
    public IReadOnlyList<CacheQuery> CacheExports { get; init; } = [];
    /// <summary>Further contexts, by name: <c>docker-image://…</c>, an address, or a place in the archive.</summary>
    public IReadOnlyDictionary<string, string> Contexts { get; init; } = new Dictionary<string, string>();
    public BuildOutput Output { get; init; } = new(BuildOutputKind.Image, []);
    /// <summary>What it is built for, side by side; null is this host's.</summary>
    public IReadOnlyList<string?> Platforms { get; init; } = [null];
    public Attestations Attestations { get; init; } = Attestations.None;
    /// <summary>It gives an index, and not an image alone.</summary>
    public bool GivesIndex => Platforms.Count > 1 || IsForSeveral || Output.Annotations.NeedIndex || !Attestations.IsEmpty;
    /// <summary>What it was asked for, by the names of BuildKit's front end, for the history of builds.</summary>
    public IReadOnlyDictionary<string, string> Recorded
    {
        get
        {
            Dictionary<string, string> options = [];
            if (Dockerfile.Length > 0) options["filename"] = Dockerfile;
            if (Options.Target.Length > 0) options["target"] = Options.Target;
            if (Platforms[0] is not null) options["platform"] = string.Join(',', Platforms);
            if (Remote.Length > 0 && Remote is not BuildContexts.ClientRemote) options["context"] = Remote;
            if (Options.NoCache) options["no-cache"] = "";
            foreach ((string name, string value) in Options.Arguments) options[$"build-arg:{name}"] = value;
            foreach ((string name, string value) in Options.Labels) options[$"label:{name}"] = value;
            return options;
        }
    }
    /// <summary>As if it were for several platforms, also for one.</summary>
    public bool IsForSeveral { get; init; }
    /// <summary>It is for a client with a session: BuildKit's builder, as Docker calls it.</summary>
    public bool HasSession { get; init; }
    /// <summary>The session's name.</summary>
    public string Session { get; init; } = "";
    /// <summary>The identifier alone is told.</summary>
    public bool Quiet { get; init; }
    /// <summary>What the checks of the Dockerfile find is told.</summary>
    public bool Checks { get; init; }
    /// <summary>The build is told step by step, not in Docker's words.</summary>
    public bool Vertices { get; init; }
    /// <summary>Nothing is said of the removal of what steps ran in.</summary>
    public bool KeepsContainers { get; init; }
    /// <summary>A newer base image is looked for.</summary>
    public bool Pull { get; init; }
    /// <summary>For <c>/build/cancel</c>; empty for one that cannot be called off by it.</summary>
    public string BuildId { get; init; } = "";
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <exception cref="GantryException">InvalidArgument; Unsupported: what this builder cannot do.</exception>
    public static BuildQuery Read(RequestContext context, CgroupSupport support, IReadOnlyList<OciRlimit> defaultRlimits)
    {
        RequestQuery query = context.Query;
        RefuseUnbuilt(query);
        List<string> warnings = [];
        Dictionary<string, string> contexts = Json(query, "contexts", ApiJson.Default.DictionaryStringString) ?? [];
        (Dictionary<string, string> contextImages, List<string> contextTrees) = BuildContexts.Read(contexts);
        bool hasSession = query.Text("version") == "2";
        IReadOnlyList<Reference> names = [.. query.All("t").Where(name => name.Length > 0).Select(Name).Distinct()];
        BuildOutput output = hasSession ? BuildOutputs.Read(query.Text("outputs"), names)
            : BuildOutputs.ReadClassic(query.Text("outputs"), names);
        PlacedAnnotations annotations = new(Json(query, "annotations", ApiJson.Default.DictionaryStringString) ?? [],
            Json(query, "placedannotations", ApiJson.Default.ListBuildAnnotation) ?? []);
        annotations.Check();
        if (!output.IsImage && !annotations.IsEmpty)
            throw GantryException.Invalid("a build that gives files makes no image that could have annotations");
        if (!hasSession && !output.IsImage && names.Count > 0)
            throw GantryException.Invalid("a build that gives files makes no image that could have a name");
        List<string>? several = Json(query, "platforms", ApiJson.Default.ListString);
        IReadOnlyList<string?> platforms = hasSession && several is null ? QueryPlatforms.ReadList(query.Text("platform"))
            : QueryPlatforms.Read(query.Text("platform"), several);
        BuildQuery read = new()
        {
            Platforms = platforms,
            Attestations = Attestations.Read(Json(query, "attestations", ApiJson.Default.ListBuildAttestation) ?? []),
            Contexts = contexts,
            Output = annotations.IsEmpty ? output : output with { Annotations = annotations },
            HasSession = hasSession,
            Session = query.Text("session"),
            Dockerfile = query.Text("dockerfile"),
            Remote = query.Text("remote"),
            ClientSession = query.Text("clientsession"),
            CacheFrom = Json(query, "cachefrom", ApiJson.Default.ListString) ?? [],
            CacheImports = Caches(query, "cacheimports", isImport: true),
            CacheExports = Caches(query, "cacheexports", isImport: false),
            Quiet = query.Bool("q"),
            Checks = query.Bool("checks"),
            Vertices = query.Bool("vertices") && !query.Bool("q"),
            KeepsContainers = !query.Bool("rm", absent: true) && !query.Bool("forcerm"),
            Pull = query.Bool("pull"),
            BuildId = query.Text("buildid"),
            Options = new BuildOptions
            {
                Arguments = Arguments(query.Text("buildargs")),
                Labels = Json(query, "labels", ApiJson.Default.DictionaryStringString) ?? [],
                Target = query.Text("target"),
                Platform = platforms[0],
                NoCache = query.Bool("nocache"),
                Squash = query.Bool("squash"),
                NoCacheStages = Json(query, "nocachefilter", ApiJson.Default.ListString) ?? [],
                ContextImages = contextImages,
                ContextTrees = contextTrees,
                Surroundings = Surroundings(query, support, defaultRlimits, warnings),
            },
            Warnings = warnings,
        };
        read.RefuseIndex();
        return read;
    }

    /// <exception cref="GantryException">Invalid or Unsupported: it asks for an index where none can be.</exception>
    private void RefuseIndex()
    {
        if (!GivesIndex) return;
        Output.RequireFor(Platforms.Count > 1 || IsForSeveral, Attestations);
        if (!Output.IsImage && Output.Annotations.NeedIndex)
            throw GantryException.Unsupported("annotations of an index are of an image, and this build gives files");
        if (Output.Kind == BuildOutputKind.DockerArchive)
            throw GantryException.Unsupported("docker exporter does not currently support exporting manifest lists: type=oci does");
        if (CacheExports.Count > 0 && Platforms.Count > 1)
            throw GantryException.Unsupported("a cache that goes elsewhere is of one platform: build for each");
    }

    private static void RefuseUnbuilt(RequestQuery query)
    {
        if (query.Text("version") is { Length: > 0 } version && version != "1")
        {
            if (version != "2") throw GantryException.Invalid($"invalid version {version}");
            if (query.Text("session").Length == 0 && !query.Text("buildid").StartsWith(UploadedContexts.Prefix, StringComparison.Ordinal))
                throw GantryException.Invalid("a build of version 2 needs a session");
        }
        else if (query.Text("session").Length > 0)
            throw GantryException.Unsupported("a session is for builds of version 2 alone: set DOCKER_BUILDKIT=1");
        if (query.Text("isolation") is { Length: > 0 } and not "default" and var isolation)
            throw GantryException.Invalid($"Unsupported isolation: \"{isolation}\"");
        if (query.Text("securityopt") is { Length: > 0 } and not "null" and not "[]" || query.Text("securityopts") is { Length: > 0 })
            throw GantryException.Unsupported("security options of a build are not supported");
    }

    private static IReadOnlyList<CacheQuery> Caches(RequestQuery query, string key, bool isImport) =>
        CacheQuery.Read(key, Json(query, key, ApiJson.Default.ListBuildCacheOption) ?? [], isImport);

    public static Reference Name(string text)
    {
        Reference name = Reference.Parse(text);
        if (name.Digest is not null) throw GantryException.Invalid("build tag cannot contain a digest");
        return name.WithDefaultTag();
    }

    /// <summary>One without a value takes nothing away: it is as if it were not said.</summary>
    private static Dictionary<string, string> Arguments(string json)
    {
        Dictionary<string, string> arguments = [];
        if (json.Length == 0) return arguments;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Null) return arguments;
            foreach (JsonProperty argument in document.RootElement.EnumerateObject())
                if (argument.Value.GetString() is { } value) arguments[argument.Name] = value;
            if (arguments.Any(argument => argument.Key.Contains('\0') || argument.Value.Contains('\0')))
                throw GantryException.Invalid("error reading build args: no variable has a NUL");
            return arguments;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw GantryException.Invalid("error reading build args");
        }
    }

    private static T? Json<T>(RequestQuery query, string key, JsonTypeInfo<T> type) where T : class
    {
        string text = query.Text(key);
        if (text.Length == 0) return null;
        try
        {
            return OutsideJson.Read(ByteText.Bytes(text), type);
        }
        catch (JsonException)
        {
            throw GantryException.Invalid($"error reading {key}");
        }
    }

    private static RunSurroundings Surroundings(RequestQuery query, CgroupSupport support, IReadOnlyList<OciRlimit> defaultRlimits,
        List<string> warnings)
    {
        long shared = query.Long("shmsize") ?? 0;
        if (shared < 0) throw GantryException.Invalid("SHM size can not be less than 0");
        return new BuildSurroundings
        {
            Limits = new HostConfig
            {
                Memory = query.Long("memory") ?? 0, MemorySwap = query.Long("memswap") ?? 0, CpuShares = query.Long("cpushares") ?? 0,
                CpuPeriod = query.Long("cpuperiod") ?? 0, CpuQuota = query.Long("cpuquota") ?? 0, CpusetCpus = query.Text("cpusetcpus"),
                CpusetMems = query.Text("cpusetmems"), Ulimits = Json(query, "ulimits", ApiJson.Default.ListUlimit),
            },
            Network = query.Text("networkmode"),
            Hosts = [.. query.All("extrahosts").SelectMany(hosts => hosts.Split(',', StringSplitOptions.RemoveEmptyEntries))],
            SharedMemory = ("shmsize", shared), CgroupParent = ("cgroupparent", query.Text("cgroupparent")),
        }.Check(support, defaultRlimits, warnings);
    }
}
