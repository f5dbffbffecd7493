using Gantry.Build.Graph;
using Gantry.BuildKit.Protocol.GraphApi;

namespace Gantry.BuildKit.Definitions;

/// <summary>Commands.</summary>
internal sealed class ExecPlanner(GraphPlanner graph, IGraphSources sources, IReadOnlySet<string> entitlements)
{
    private const string Root = "/", HostNetwork = "network.host", Insecure = "security.insecure";

    /// <returns>The trees that it gives, by their numbers.</returns>
    /// <exception cref="GantryException">Invalid, Unsupported.</exception>
    public IReadOnlyDictionary<int, Planned> Plan(OpNode node)
    {
        ExecOp exec = node.Op.Exec;
        Meta meta = exec.Meta ?? throw GantryException.Invalid("invalid exec op with no meta");
        if (meta.Args.Count == 0) throw GantryException.Invalid("invalid exec op with no args");
        if (exec.CdiDevices.Count > 0)
            throw GantryException.Unsupported($"devices (CDI) are not given to build steps: {node.Title}");
        CheckSecurity(exec);
        List<Mount> roots = [.. exec.Mounts.Where(mount => mount.Dest == Root)];
        if (roots.Count != 1) throw GantryException.Invalid($"invalid exec op with {roots.Count} rootfs: {node.Title}");
        Mount root = roots[0];
        if (root.MountType != MountType.Bind || root.Selector is not ("" or Root))
            throw GantryException.Unsupported($"a root that is a part of a tree, or no tree, is not supported: {node.Title}");
        PlaceList places = new(graph, node, meta.Cwd);
        foreach (Mount mount in exec.Mounts)
            if (mount != root) places.Add(mount);
        foreach (SecretEnv secret in exec.Secretenv) places.Add(secret);
        RunVertex run = new()
        {
            Title = node.Title, Below = graph.InputOf(node, root.Input).Tree, Arguments = Texts(meta.Args, "an argument"),
            Environment = Texts(meta.Env, "a variable"), Unkeyed = ProxiesOf(meta.ProxyEnv),
            Directory = meta.Cwd.Length > 0 ? OpRules.Text(meta.Cwd, "a working directory") : Root,
            User = OpRules.Text(meta.User, "a user"), Surroundings = SurroundingsOf(exec, meta), Places = places.All,
            IsReadOnly = root.Readonly, GoodCodes = [.. meta.ValidExitCodes], IsAlwaysMade = node.Metadata.IgnoreCache,
        };
        return Results(node, run, root, places);
    }

    private static Dictionary<int, Planned> Results(OpNode node, RunVertex run, Mount root, PlaceList places)
    {
        Dictionary<int, Planned> results = [];
        Add(root.Output, new Planned(run));
        int number = 0;
        foreach ((long output, Planned? same) in places.Outputs)
        {
            // What is only read, or kept, gives what it was given.
            if (same is not null) Add(output, new Planned(same.Tree) { Shown = null });
            else Add(output, new Planned(new FurtherVertex { Title = run.Title, Of = run, Number = number++ }) { Shown = run });
        }
        // A command that gives nothing is done for what follows it in nothing: its root says that it was.
        if (results.Count == 0) results.Add(0, new Planned(run));
        return results;

        void Add(long output, Planned result)
        {
            if (output == -1) return;
            if (output is < 0 or > int.MaxValue || !results.TryAdd((int)output, result))
                throw GantryException.Invalid($"invalid or duplicate output {output}: {node.Title}");
        }
    }

    private void CheckSecurity(ExecOp exec)
    {
        if (exec.Network == NetMode.Host && !entitlements.Contains(HostNetwork))
            throw new GantryException(ErrorKind.Forbidden, $"{HostNetwork} is not allowed");
        if (!Enum.IsDefined(exec.Network)) throw GantryException.Unsupported($"the network mode {(int)exec.Network} is not known here");
        if (exec.Security == SecurityMode.Insecure)
            throw new GantryException(ErrorKind.Forbidden, $"{Insecure} is not allowed");
        if (!Enum.IsDefined(exec.Security)) throw GantryException.Unsupported($"the security mode {(int)exec.Security} is not known here");
    }

    private RunSurroundings SurroundingsOf(ExecOp exec, Meta meta) => sources.Surround(new AskedSurroundings(
        exec.Network switch { NetMode.Host => "host", NetMode.None => "none", _ => "default" }, HostnameOf(meta.Hostname),
        [.. meta.ExtraHosts.Select(HostOf)], [.. meta.Ulimit.Select(limit => (limit.Name, limit.Soft, limit.Hard))],
        OpRules.Text(meta.CgroupParent, "a control group")));

    private static string HostnameOf(string name) =>
        name.Length <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_') ? name
            : throw GantryException.Invalid($"invalid hostname: {name.Replace('\0', ' ')}");

    private static string HostOf(HostIP host) => AddressText.IsAddress(host.IP) ? $"{OpRules.Text(host.Host, "a host")}:{host.IP}"
        : throw GantryException.Invalid($"failed to parse IP {host.IP}");

    private static IReadOnlyList<string> Texts(IEnumerable<string> texts, string what) =>
        [.. texts.Select(text => OpRules.Text(text, what))];

    /// <summary>Programs ask for them in both ways.</summary>
    private static IReadOnlyList<string> ProxiesOf(ProxyEnv? proxies) => proxies is null ? [] :
    [
        .. new[]
        {
            ("HTTP_PROXY", proxies.HttpProxy), ("HTTPS_PROXY", proxies.HttpsProxy), ("FTP_PROXY", proxies.FtpProxy),
            ("NO_PROXY", proxies.NoProxy), ("ALL_PROXY", proxies.AllProxy),
        }.Where(proxy => proxy.Item2.Length > 0)
            .SelectMany(proxy => new[] { proxy.Item1, proxy.Item1.ToLowerInvariant() }
                .Select(name => $"{name}={OpRules.Text(proxy.Item2, "a proxy")}")),
    ];
}
