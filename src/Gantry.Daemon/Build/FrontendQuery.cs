using Gantry.Api.Containers;
using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.BuildKit.Definitions;
using Gantry.BuildKit.Solving;
using Gantry.Engine.Containers;
using Gantry.Oci.Image;
using Gantry.Oci.Runtime;

namespace Gantry.Daemon.Build;

/// <summary>Reads what the front end for Dockerfiles is asked for: the same build as by <c>POST /build</c>, in other words.</summary>
internal sealed class FrontendQuery(CgroupSupport support, IReadOnlyList<OciRlimit> defaultRlimits)
{
    /// <summary>References that stand for what a client has built before.</summary>
    public const string Result = "gantry-result:";

    private const string Argument = "build-arg:", Label = "label:", Context = "context:", Image = "docker-image://";

    /// <summary>Of what they say, the builder needs nothing: whom the client has asked, and how its directory came about. BuildKit's
    /// own front end takes cmdline and source for a mark that it is the one that was meant, and looks at neither's value.</summary>
    private static readonly string[] Unneeded = ["cmdline", "source", "frontend.caps", "contextkey", "dockerfilekey", "build-arg-file"];

    private static readonly string[] KnownPrefixes =
        [Argument, Label, Context, FrontendAttestations.Prefix, "vcs:", "local-sessionid:", "input-metadata:"];

    private static readonly string[] Known =
    [
        "filename", "target", "no-cache", "platform", "image-resolve-mode", "add-hosts", "force-network-mode", "shm-size", "ulimit",
        "cgroup-parent", "context", "cache-imports", "cache-from", "multi-platform",
    ];

    /// <exception cref="GantryException">Invalid, Unsupported: what this builder cannot do.</exception>
    public BuildQuery Read(SolveOrder order)
    {
        IReadOnlyDictionary<string, string> options = order.Options;
        List<string> warnings = [];
        Refuse(options, warnings);
        IReadOnlyList<string?> platforms = QueryPlatforms.ReadList(Of("platform"));
        Dictionary<string, string> contexts = Contexts(order, platforms);
        (Dictionary<string, string> images, List<string> trees) = BuildContexts.Read(contexts);
        string noCache = options.GetValueOrDefault("no-cache", "-");
        return new BuildQuery
        {
            Dockerfile = Of("filename"), HasSession = true, Contexts = contexts, Platforms = platforms,
            IsForSeveral = IsForSeveral(options), Attestations = FrontendAttestations.Read(options),
            Remote = Of("context") is { Length: > 0 } remote ? remote : BuildContexts.ClientRemote,
            CacheFrom = [.. FrontendOptions.Split(Of("cache-from"))],
            CacheImports = FrontendOptions.Imports([.. order.CacheImports, .. FrontendOptions.Caches(Of("cache-imports"))], warnings),
            CacheExports = FrontendOptions.Exports(order.CacheExports, warnings),
            Pull = FrontendOptions.IsPull(Of("image-resolve-mode")),
            Options = new BuildOptions
            {
                Arguments = FrontendOptions.Under(Argument, options), Labels = FrontendOptions.Under(Label, options),
                Target = Of("target"), Platform = platforms[0], NoCache = noCache.Length == 0,
                NoCacheStages = noCache == "-" ? [] : [.. FrontendOptions.Split(noCache)],
                ContextImages = images, ContextTrees = trees, Surroundings = Surroundings(options, warnings),
            },
            Warnings = warnings,
        };

        string Of(string name) => options.GetValueOrDefault(name, "");
    }

    private static void Refuse(IReadOnlyDictionary<string, string> options, List<string> warnings)
    {
        foreach ((string name, string value) in options)
        {
            FrontendOptions.CheckText(name, value);
            if (name is Label or Argument or Context) throw GantryException.Invalid($"the option {name} of a build has no name");
            if (name is "source-date-epoch") FrontendOptions.CheckNumber(name, value);
            if (name == "requestid")
                throw GantryException.Unsupported($"unsupported request {value}: this engine answers builds, and gantry build --check");
            else if (name is "contextsubdir" or "hostname" && value.Length > 0)
                throw GantryException.Unsupported($"the option {name} of a build is not supported");
            else if (!Known.Contains(name) && !Unneeded.Contains(name)
                && !KnownPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
                warnings.Add($"[Warning] the option {name} of a build has no effect");
        }
    }

    /// <summary>What a command of a graph has around it.</summary>
    /// <exception cref="GantryException">Invalid: it cannot have that.</exception>
    public RunSurroundings Surround(AskedSurroundings asked) => new BuildSurroundings
    {
        Limits = new HostConfig
        {
            Ulimits = [.. asked.Ulimits.Select(limit => new Ulimit { Name = limit.Name, Soft = limit.Soft, Hard = limit.Hard })],
        },
        Network = asked.Network, Hosts = asked.Hosts, SharedMemory = ("shm-size", 0), CgroupParent = ("cgroup-parent", asked.CgroupParent),
    }.Check(support, defaultRlimits, []) with { Hostname = asked.Hostname };

    /// <summary>It is for several platforms, or as if it were.</summary>
    public static bool AreSeveral(IReadOnlyDictionary<string, string> options) =>
        options.GetValueOrDefault("platform", "").Contains(',') || IsForSeveral(options);

    /// <summary>An index also of one platform. The argument is another word for the same.</summary>
    private static bool IsForSeveral(IReadOnlyDictionary<string, string> options) =>
        new[] { "multi-platform", Argument + "BUILDKIT_MULTI_PLATFORM" }
            .Count(name => FrontendOptions.IsTrue(name, options.GetValueOrDefault(name, ""))) > 0;

    /// <summary>As they are in <c>POST /build</c>; what has a platform behind its name is for that one alone.</summary>
    private static Dictionary<string, string> Contexts(SolveOrder order, IReadOnlyList<string?> platforms)
    {
        Dictionary<string, string> contexts = [];
        HashSet<TargetPlatform> wanted = [.. platforms.Select(TargetPlatform.Parse)];
        foreach ((string key, string value) in FrontendOptions.Under(Context, order.Options))
        {
            (string name, string? platform) = Named(key);
            if (platform is not null && !wanted.Contains(TargetPlatform.Parse(platform))) continue;
            string place = value.Split(':', 2) switch
            {
                ["local", var directory] => "session:" + directory,
                ["input", var input] => Input(order, name, input),
                ["oci-layout", _] => throw GantryException.Unsupported($"build context {name}: layouts of the client are not supported"),
                ["target", _] => throw GantryException.Invalid($"build context {name}: {value} is for bake to replace"),
                _ => value,
            };
            if (contexts.TryGetValue(name, out string? other) && other != place)
                throw GantryException.Unsupported($"build context {name} is not the same for all platforms: build for each");
            contexts[name] = place;
        }
        return contexts;
    }

    /// <summary><c>name::platform</c></summary>
    private static (string Name, string? Platform) Named(string key) => key.IndexOf("::", StringComparison.Ordinal) is >= 0 and var at
        ? (key[..at], key[(at + 2)..]) : (key, null);

    private static string Input(SolveOrder order, string context, string name)
    {
        SolveSource source = order.Inputs.GetValueOrDefault(name)
            ?? throw GantryException.Invalid($"build context {context}: there is no input {name}");
        if (source.Result is not null) return Image + Result + Named(name).Name;
        if (source.Identifier.StartsWith(Image, StringComparison.Ordinal)) return source.Identifier;
        const string local = "local://";
        if (source.Identifier.StartsWith(local, StringComparison.Ordinal)) return "session:" + source.Identifier[local.Length..];
        throw GantryException.Unsupported($"build context {context}: {source.Identifier} is not supported");
    }

    private RunSurroundings Surroundings(IReadOnlyDictionary<string, string> options, List<string> warnings)
    {
        return new BuildSurroundings
        {
            Limits = new HostConfig { Ulimits = FrontendOptions.Ulimits(Of("ulimit")) },
            Network = FrontendOptions.Network(Of("force-network-mode")), Hosts = FrontendOptions.Hosts(Of("add-hosts")),
            SharedMemory = ("shm-size", FrontendOptions.Size("shm-size", Of("shm-size"))),
            CgroupParent = ("cgroup-parent", Of("cgroup-parent")),
        }.Check(support, defaultRlimits, warnings);

        string Of(string name) => options.GetValueOrDefault(name, "");
    }
}
