using Gantry.Build.Dockerfile.Instructions;
using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Graph;

namespace Gantry.Build.Planning;

/// <summary>What a command asks of the client of its build, with what the Dockerfile reference says where it says nothing.</summary>
internal static class ClientPlaces
{
    private const string SecretDirectory = "/run/secrets/", AgentSocket = "/run/buildkit/ssh_agent.", DefaultAgent = "default";

    /// <param name="target">Absolute; counts only where the mount has one.</param>
    /// <exception cref="DockerfileException">It has neither a name nor one that follows.</exception>
    public static SecretPlace Secret(Word word, RunMount mount, string target)
    {
        string id = mount.Source ?? mount.Id ?? "";
        if (id.Length == 0) id = mount.Target is null ? "" : target[(target.LastIndexOf('/') + 1)..];
        if (id.Length == 0) throw word.Refuse("one of id, target required for a secret");
        if (mount.Environment is { } variable && (variable.Length == 0 || variable.Contains('=') || variable.Contains('\0')))
            throw word.Refuse($"invalid value {variable} for env");
        string place = mount.Target is not null ? target : mount.Environment is not null ? ""
            : SecretDirectory + id[(id.LastIndexOf('/') + 1)..];
        return new SecretPlace(place, id, mount.Environment, mount.Required, mount.UserId ?? 0, mount.GroupId ?? 0,
            (uint)(mount.Mode ?? 0x100));
    }

    /// <param name="number">Of the command's agents.</param>
    public static AgentPlace Agent(RunMount mount, string target, int number) => new(
        mount.Target is not null ? target : FormattableString.Invariant($"{AgentSocket}{number}"),
        string.IsNullOrEmpty(mount.Id) ? DefaultAgent : mount.Id, mount.Required, mount.UserId ?? 0, mount.GroupId ?? 0,
        (uint)(mount.Mode ?? 0x180));
}
