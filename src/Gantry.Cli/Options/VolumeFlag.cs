using Gantry.Api.Containers;
using Gantry.Api.Json;

namespace Gantry.Cli.Options;

/// <summary>One <c>--volume</c>: <c>[source:]target[:options]</c>.</summary>
internal static class VolumeFlag
{
    /// <summary>A target alone is an anonymous volume; all else is a bind, which the daemon tells from a named volume.</summary>
    public static void Add(string spec, ContainerConfig config, HostConfig host)
    {
        if (spec.Length == 0) throw new FormatException("invalid empty volume spec");
        string[] parts = spec.Split(':');
        if (parts.Length > 3 || Array.Exists(parts[..Math.Min(parts.Length, 2)], part => part.Length == 0))
            throw new FormatException($"invalid volume specification: '{spec}'");
        if (parts.Length == 1)
        {
            (config.Volumes ??= [])[spec] = EmptyObject.Value;
            return;
        }
        // Only we know the working directory that a relative source is meant from.
        if (parts[0] is "." or ".." || parts[0].StartsWith("./", StringComparison.Ordinal)
            || parts[0].StartsWith("../", StringComparison.Ordinal)) parts[0] = Path.GetFullPath(parts[0]);
        else if (parts[0] == "~" || parts[0].StartsWith("~/", StringComparison.Ordinal))
            parts[0] = Environment.GetEnvironmentVariable("HOME") + parts[0][1..];
        (host.Binds ??= []).Add(string.Join(':', parts));
    }

    /// <summary>One <c>--tmpfs</c>: <c>target[:options]</c>.</summary>
    public static void AddTmpfs(string spec, HostConfig host)
    {
        int colon = spec.IndexOf(':');
        (host.Tmpfs ??= [])[colon < 0 ? spec : spec[..colon]] = colon < 0 ? "" : spec[(colon + 1)..];
    }
}
