using Gantry.Api.Containers;
using Gantry.Linux.Processes;

namespace Gantry.Engine.Containers.Checks;

/// <summary>What is run, where, and under which name.</summary>
internal static class ProcessCheck
{
    /// <summary>The kernel's __NEW_UTS_LEN.</summary>
    private const int LongestName = 64;

    public static void Run(ContainerConfig config, HostConfig host)
    {
        if ((config.Entrypoint ?? []).Count + (config.Cmd ?? []).Count == 0) throw GantryException.Invalid("no command specified");
        if (config.WorkingDir.Length > 0 && !config.WorkingDir.StartsWith('/'))
            throw GantryException.Invalid($"the working directory '{config.WorkingDir}' is invalid, it needs to be an absolute path");
        if (!string.IsNullOrEmpty(config.StopSignal)) Signals.Parse(config.StopSignal);
        foreach (string entry in config.Env ?? [])
            if (entry.Length == 0 || entry[0] == '=') throw GantryException.Invalid($"invalid environment variable: {entry}");
        Name("hostname", config.Hostname);
        Name("domainname", config.Domainname);
        foreach (string group in host.GroupAdd ?? [])
            if (long.TryParse(group, out long number) && number is < 0 or > int.MaxValue)
                throw GantryException.Invalid("uids and gids must be in range 0-2147483647");
        if (host.OomScoreAdj is < -1000 or > 1000)
            throw GantryException.Invalid($"Invalid value {host.OomScoreAdj}, range for oom score adj is [-1000, 1000]");
        if (host.ConsoleSize.Any(static size => size < 0)) throw GantryException.Invalid("invalid ConsoleSize: it has a number below 0");
        HealthCheck.Run(config.Healthcheck);
        UlimitCheck.Run(host.Ulimits);
    }

    /// <remarks>A line break would write lines of its own into /etc/hosts.</remarks>
    private static void Name(string field, string name)
    {
        if (global::System.Text.Encoding.UTF8.GetByteCount(name) > LongestName)
            throw GantryException.Invalid($"invalid {field} \"{name}\": it may have {LongestName} bytes");
        if (name.Any(char.IsControl)) throw GantryException.Invalid($"invalid {field}: it holds a control character");
    }
}
