using Gantry.Api.Containers;
using Gantry.Engine.Security;
using Gantry.Oci.Runtime;

namespace Gantry.Engine.Containers.Bundle;

/// <summary>The process part of the spec: PID 1's, and in variation that of an exec.</summary>
public static class BundleProcess
{
    public const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Where the init of <c>--init</c> is mounted inside.</summary>
    public const string InitPath = "/sbin/docker-init";

    public static OciProcess Build(Container container, IReadOnlyList<string> capabilities, BundleSpec.Surroundings surroundings)
    {
        ContainerConfig config = container.Record.Config;
        HostConfig host = container.HostConfig;
        SecurityOptions security = SecurityOptions.Parse(host.SecurityOpt);
        List<string> arguments = [container.Record.Path, .. container.Record.Args];
        if (host.Init == true) arguments = [InitPath, "--", .. arguments];
        return new OciProcess
        {
            Terminal = config.Tty,
            ConsoleSize = config.Tty && host.ConsoleSize is [> 0 and var rows, > 0 and var columns]
                ? new OciConsoleSize { Height = (ushort)rows, Width = (ushort)columns }
                : null,
            User = User(config.User, host),
            Args = arguments,
            Env = Environment(config, config.Tty),
            Cwd = string.IsNullOrEmpty(config.WorkingDir) ? "/" : BindSpec.CleanPath(config.WorkingDir),
            Capabilities = Sets(capabilities),
            Rlimits = Rlimits(host, surroundings.DefaultRlimits),
            NoNewPrivileges = security.NoNewPrivileges,
            ApparmorProfile = security.AppArmor,
            OomScoreAdj = host.OomScoreAdj,
        };
    }

    /// <summary>Defaults first, so that the image's and the user's values win.</summary>
    /// <param name="terminal">Whether this very process has one.</param>
    public static List<string> Environment(ContainerConfig config, bool terminal)
    {
        List<string> list = [DefaultPath, "HOSTNAME=" + config.Hostname];
        if (terminal) list.Add("TERM=xterm");
        Merge(list, config.Env);
        return list;
    }

    /// <summary>A later NAME=value replaces the earlier one in its place; a bare NAME removes it.</summary>
    public static void Merge(List<string> environment, IReadOnlyList<string>? changes)
    {
        foreach (string change in changes ?? [])
        {
            int equals = change.IndexOf('=');
            string prefix = (equals < 0 ? change : change[..equals]) + "=";
            int at = environment.FindIndex(entry => entry.StartsWith(prefix, StringComparison.Ordinal));
            if (equals < 0)
            {
                if (at >= 0) environment.RemoveAt(at);
            }
            else if (at >= 0) environment[at] = change;
            else environment.Add(change);
        }
    }

    /// <summary>No inheritable set, ever (CVE-2022-29162). A user other than root loses the rest at execve, as the kernel has it:
    /// nothing is ambient.</summary>
    public static OciCapabilities Sets(IReadOnlyList<string> names) =>
        new() { Bounding = names, Permitted = names, Effective = names, Inheritable = [], Ambient = [] };

    public static OciUser User(string? user, HostConfig host)
    {
        ILookup<bool, string> groups = (host.GroupAdd ?? []).ToLookup(static group => uint.TryParse(group, out _));
        return new OciUser
        {
            // Root's account is looked up as well: it may have groups.
            Username = string.IsNullOrEmpty(user) ? "0" : user,
            AdditionalGids = groups.Contains(true) ? [.. groups[true].Select(uint.Parse)] : null,
            AdditionalGroups = groups.Contains(false) ? [.. groups[false]] : null,
        };
    }

    /// <summary>The daemon's, and in their place the container's own.</summary>
    public static List<OciRlimit> Rlimits(HostConfig host, IReadOnlyList<OciRlimit> defaults)
    {
        Dictionary<string, OciRlimit> limits = defaults.ToDictionary(limit => limit.Type);
        foreach (Ulimit limit in host.Ulimits ?? [])
        {
            string type = "RLIMIT_" + (limit.Name ?? "").ToUpperInvariant();
            limits[type] = new OciRlimit { Type = type, Soft = unchecked((ulong)limit.Soft), Hard = unchecked((ulong)limit.Hard) };
        }
        return [.. limits.Values];
    }
}
