using Gantry.Cli.CommandLine;
using Gantry.Cli.Containers.Copy;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Cli.Builds.Session;

/// <summary>An ssh agent for the build: <c>default</c>, <c>NAME=SOCKET</c>, or <c>NAME=KEY[,KEY…]</c>.</summary>
/// <param name="Paths">Empty for the socket of the environment.</param>
internal sealed record AgentFlag(string Id, IReadOnlyList<string> Paths)
{
    private const string Usual = "SSH_AUTH_SOCK";

    public static AgentFlag Parse(string text)
    {
        int equals = text.IndexOf('=');
        string id = equals < 0 ? text : text[..equals];
        if (id.Length == 0) throw new FormatException($"invalid ssh agent \"{text}\": NAME, NAME=SOCKET or NAME=KEY is meant");
        return new AgentFlag(id, equals < 0 ? [] : text[(equals + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <param name="agent">One that was started for it, to be disposed behind the build.</param>
    /// <returns>The path of a socket.</returns>
    /// <exception cref="CliException">There is none.</exception>
    public string Find(out KeyAgent? agent)
    {
        agent = null;
        IReadOnlyList<string> paths = Paths.Count > 0 ? Paths : Environment.GetEnvironmentVariable(Usual) is { Length: > 0 } usual ? [usual]
            : throw new CliException($"invalid empty ssh agent socket: make sure {Usual} is set");
        IReadOnlyList<(string Path, FileKind Kind)> found = [.. paths.Select(Look)];
        if (found.Count == 1 && found[0].Kind == FileKind.Socket) return found[0].Path;
        if (found.Any(file => file.Kind != FileKind.Regular))
            throw new CliException($"ssh agent {Id}: one socket or files of keys are meant: {string.Join(", ", paths)}");
        agent = new KeyAgent([.. found.Select(file => file.Path)]);
        return agent.Socket;
    }

    private (string Path, FileKind Kind) Look(string path)
    {
        string absolute = LocalFiles.Absolute(path), resolved = LocalFiles.Resolve(absolute, followLast: true);
        int errno = LocalFiles.TryStatus(resolved, out FileStatus status);
        return errno == 0 ? (resolved, status.Kind) : throw new CliException($"ssh agent {Id}: stat {absolute}: {Errno.Message(errno)}");
    }
}
