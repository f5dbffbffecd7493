using Gantry.Api.Containers;
using Gantry.Api.Images;
using Gantry.Api.Json;
using Gantry.Oci.Image;

namespace Gantry.Engine.Containers;

/// <summary>What a container takes from its image where the user said nothing.</summary>
public static class ImageDefaults
{
    public static void Apply(ContainerConfig config, Oci.Image.ImageConfig? image)
    {
        if (image is null) return;
        if (config.User.Length == 0) config.User = image.User ?? "";
        foreach (string port in image.ExposedPorts?.Keys ?? []) (config.ExposedPorts ??= []).TryAdd(port, Api.Json.EmptyObject.Value);
        config.Env = Environment(config.Env, image.Env);
        foreach ((string key, string value) in image.Labels ?? new Dictionary<string, string>()) config.Labels.TryAdd(key, value);
        Command(config, image);
        if (config.WorkingDir.Length == 0) config.WorkingDir = image.WorkingDir ?? "";
        foreach (string path in image.Volumes?.Keys ?? []) (config.Volumes ??= []).TryAdd(path, Api.Json.EmptyObject.Value);
        if (string.IsNullOrEmpty(config.StopSignal)) config.StopSignal = image.StopSignal;
        config.StopTimeout ??= image.StopTimeout;
        if (config.Healthcheck is null && image.Healthcheck is { } health) config.Healthcheck = Health(health);
        config.Shell ??= image.Shell is null ? null : [.. image.Shell];
        config.OnBuild ??= image.OnBuild is null ? null : [.. image.OnBuild];
    }

    /// <summary>A command of the user's goes to the image's entrypoint; an entrypoint of the user's does without the image's
    /// command.</summary>
    private static void Command(ContainerConfig config, Oci.Image.ImageConfig image)
    {
        if (config.Entrypoint is null)
        {
            if (config.Cmd is null or []) config.Cmd = image.Cmd is null ? config.Cmd : [.. image.Cmd];
            config.Entrypoint = image.Entrypoint is null ? null : [.. image.Entrypoint];
        }
        else if (config.Entrypoint is [""])
        {
            config.Entrypoint = null;
        }
    }

    /// <summary>The user's values first, then the image's of other names.</summary>
    private static List<string>? Environment(List<string>? user, IReadOnlyList<string>? image)
    {
        if (image is null or []) return user;
        List<string> merged = [.. user ?? []];
        HashSet<string> names = [.. merged.Select(NameOf)];
        merged.AddRange(image.Where(entry => !names.Contains(NameOf(entry))));
        return merged;
    }

    private static string NameOf(string entry) => entry.IndexOf('=') is > 0 and var equals ? entry[..equals] : entry;

    private static HealthConfig Health(ImageHealthcheck health) => new()
    {
        Test = health.Test is null ? null : [.. health.Test],
        Interval = health.Interval,
        Timeout = health.Timeout,
        StartPeriod = health.StartPeriod,
        StartInterval = health.StartInterval,
        Retries = health.Retries,
    };
}
