using Gantry.Api.Containers;
using Gantry.Api.Images;
using Gantry.Api.Json;
using Gantry.Oci.Image;
using EmptyObject = Gantry.Oci.Image.EmptyObject;
using ImageConfig = Gantry.Oci.Image.ImageConfig;

namespace Gantry.Engine.Containers.Files;

/// <summary>What an image takes from the container that it was committed from.</summary>
internal static class CommittedConfig
{
    /// <param name="asked">From the request: wins over the container's, name by name; null for nothing.</param>
    /// <param name="change">Applied to what was asked for, or to the container's; null changes nothing.</param>
    public static ImageConfig Of(ContainerConfig container, ContainerConfig? asked, Func<ImageConfig, ImageConfig>? change)
    {
        ImageConfig own = Convert(container);
        ImageConfig? wanted = asked is null ? null : Convert(asked);
        // What the changes have emptied comes back from the container, as with Docker.
        ImageConfig chosen = wanted is null || wanted == new ImageConfig() ? own : wanted;
        return Merge(change?.Invoke(chosen) ?? chosen, own);
    }

    private static ImageConfig Convert(ContainerConfig config) => new()
    {
        User = config.User.Length > 0 ? config.User : null, WorkingDir = config.WorkingDir.Length > 0 ? config.WorkingDir : null,
        ExposedPorts = Keys(config.ExposedPorts?.Keys), Volumes = Keys(config.Volumes?.Keys), Env = config.Env,
        Entrypoint = config.Entrypoint, Cmd = config.Cmd,
        Labels = config.Labels.Count > 0 ? config.Labels : null, StopSignal = config.StopSignal, StopTimeout = config.StopTimeout,
        OnBuild = config.OnBuild, Shell = config.Shell,
        Healthcheck = config.Healthcheck is { } check ? Convert(check) : null,
    };

    private static ImageHealthcheck Convert(HealthConfig check) => new()
    {
        Test = check.Test, Interval = check.Interval ?? 0, Timeout = check.Timeout ?? 0, StartPeriod = check.StartPeriod ?? 0,
        StartInterval = check.StartInterval ?? 0, Retries = check.Retries ?? 0,
    };

    private static ImageConfig Merge(ImageConfig asked, ImageConfig own) => own with
    {
        User = asked.User ?? own.User, WorkingDir = asked.WorkingDir ?? own.WorkingDir,
        ExposedPorts = Keys((own.ExposedPorts?.Keys ?? []).Union(asked.ExposedPorts?.Keys ?? [])),
        Volumes = Keys((own.Volumes?.Keys ?? []).Union(asked.Volumes?.Keys ?? [])),
        Env = Environment(asked.Env ?? [], own.Env ?? []), Labels = Labels(asked.Labels, own.Labels),
        // Whoever names an entrypoint does not want arguments that were meant for another.
        Cmd = asked.Cmd is { Count: > 0 } || asked.Entrypoint is { Count: > 0 } ? asked.Cmd : own.Cmd,
        Entrypoint = asked.Entrypoint ?? own.Entrypoint, Healthcheck = asked.Healthcheck ?? own.Healthcheck,
        StopSignal = asked.StopSignal ?? own.StopSignal,
        StopTimeout = asked.StopTimeout ?? own.StopTimeout, OnBuild = asked.OnBuild ?? own.OnBuild, Shell = asked.Shell ?? own.Shell,
    };

    private static Dictionary<string, EmptyObject>? Keys(IEnumerable<string>? keys) =>
        keys?.ToDictionary(key => key, _ => EmptyObject.Value) is { Count: > 0 } set ? set : null;

    private static IReadOnlyList<string>? Environment(IReadOnlyList<string> asked, IReadOnlyList<string> own)
    {
        HashSet<string> names = [.. asked.Select(entry => entry.Split('=')[0])];
        List<string> merged = [.. asked, .. own.Where(entry => !names.Contains(entry.Split('=')[0]))];
        return merged.Count > 0 ? merged : null;
    }

    private static Dictionary<string, string>? Labels(IReadOnlyDictionary<string, string>? asked, IReadOnlyDictionary<string, string>? own)
    {
        Dictionary<string, string> merged = new(own ?? new Dictionary<string, string>());
        foreach ((string key, string value) in asked ?? new Dictionary<string, string>()) merged[key] = value;
        return merged.Count > 0 ? merged : null;
    }
}
