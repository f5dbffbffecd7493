namespace Gantry.Cli.Commands;

/// <summary>What people know from docker and look for here in vain: what to do instead, rather than that it is unknown.</summary>
internal static class NotBuilt
{
    private const string Swarm = "this engine belongs to one host, and there is no swarm";

    private static readonly (string Name, string Instead)[] All =
    [
        ("buildx", "build and builder do what the engine can; there is one builder"),
        ("checkpoint", "gantry-runtime checkpoint and restore do it for a bundle"),
        ("compose", "it is not there yet"),
        ("config", Swarm), ("node", Swarm), ("secret", Swarm), ("service", Swarm), ("stack", Swarm), ("swarm", Swarm),
        ("context", "choose the engine with -H or DOCKER_HOST"),
        ("manifest", "skopeo inspect --raw shows a registry's manifests"),
        ("plugin", "network and volume drivers are built in"),
        ("stats", "top lists the processes, and the limits and use are in the container's control group"),
        ("container stats", "top lists the processes, and the limits and use are in the container's control group"),
        ("trust", "images are taken by digest where their content matters: NAME@sha256:..."),
        ("volume update", "a volume's options are those that it was made with"),
    ];

    /// <param name="verb">Empty where the first word is no noun of ours.</param>
    /// <returns>Null for what nobody expects.</returns>
    public static string? Of(string word, string verb)
    {
        string path = verb.Length > 0 ? $"{word} {verb}" : word;
        return Array.Find(All, one => one.Name == path).Instead;
    }
}
