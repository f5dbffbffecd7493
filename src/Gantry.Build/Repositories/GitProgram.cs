using System.ComponentModel;

namespace Gantry.Build.Repositories;

/// <summary>The host's git, with nothing of the host's but the program: a configuration of ours, no hooks, filters or questions.</summary>
/// <param name="program">A path, or a name to be found in PATH.</param>
/// <param name="home">A directory of this run, where its configuration is.</param>
/// <param name="tree">Where it works.</param>
/// <param name="surroundings">Proxies, as variables.</param>
internal sealed class GitProgram(string program, string home, string tree, IReadOnlyDictionary<string, string> surroundings,
    IReadOnlyList<string> protocols)
{
    /// <summary>Says where the configuration is: <c>CLONE/home/.gitconfig</c>.</summary>
    public const string ConfigurationVariable = "GIT_CONFIG_GLOBAL";

    /// <summary>One pack for all that comes, whatever it is: no file for each object. A server that is silent for a minute is dead.
    /// </summary>
    /// <remarks>Credentials are in a file of the run's home, which goes with it.</remarks>
    private const string Configuration = """
        [core]
            hooksPath = /dev/null
            fsmonitor = false
            symlinks = true
            autocrlf = false
        [fetch]
            unpackLimit = 1
        [gc]
            auto = 0
        [maintenance]
            auto = false
        [http]
            lowSpeedLimit = 1
            lowSpeedTime = 60
        [init]
            defaultBranch = main
        [advice]
            detachedHead = false
        [credential]
            helper = store

        """;

    /// <summary>Characters of its answers: names of references, at most. More is hostile.</summary>
    public const int MaxOutput = 4 << 20;

    /// <summary>Characters of its errors that count: the last ones say why it ended.</summary>
    private const int MaxReason = 4 << 10;

    /// <param name="home">Where nobody else passes.</param>
    public static void Prepare(string home, GitAddress address)
    {
        if (address.Credentials is { } line) File.WriteAllText(Path.Combine(home, ".git-credentials"), line + "\n");
        File.WriteAllText(Path.Combine(home, ".gitconfig"), Configuration);
        Directory.CreateDirectory(Path.Combine(home, "template"));
    }

    /// <exception cref="GantryException">Unavailable: there is no git, or it has not ended in time.</exception>
    /// <param name="limit">Null where somebody else looks at the time.</param>
    public async Task<Subprocess.Result> TryAsync(IReadOnlyList<string> arguments, CancellationToken cancellation, TimeSpan? limit = null)
    {
        try
        {
            return await Subprocess.RunAsync(program, arguments, new SubprocessPlace(tree, Environment()), cancellation: cancellation,
                limit: limit ?? Timeout.InfiniteTimeSpan, maxOutput: MaxOutput);
        }
        catch (Win32Exception e)
        {
            throw new GantryException(ErrorKind.Unavailable, $"unable to find '{program}': {e.Message}: contexts and sources that are git "
                + "repositories are fetched by that program; install it on the daemon's machine, or clone the repository yourself", e);
        }
    }

    /// <param name="step">For the message, in Docker's words where it has some.</param>
    /// <returns>What it has written.</returns>
    /// <exception cref="GantryException">Invalid: git refused, in its words.</exception>
    public async Task<string> RunAsync(string step, IReadOnlyList<string> arguments, CancellationToken cancellation,
        TimeSpan? limit = null)
    {
        Subprocess.Result result = await TryAsync(arguments, cancellation, limit);
        return result.ExitCode == 0 ? result.Output : throw Refused(step, result);
    }

    public static GantryException Refused(string step, Subprocess.Result result)
    {
        // An address that is cut in two is not masked, so that more is looked at than is said.
        string said = result.Error.TrimEnd(), reason = GitAddress.Masked(said[Math.Max(0, said.Length - 4 * MaxReason)..]);
        if (reason.Length > MaxReason) reason = "…" + reason[^MaxReason..];
        return GantryException.Invalid($"{step}: {reason}: exit status {result.ExitCode}");
    }

    private Dictionary<string, string> Environment()
    {
        Dictionary<string, string> environment = new(surroundings)
        {
            ["PATH"] = System.Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            ["LC_ALL"] = "C",
            ["HOME"] = home,
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            [ConfigurationVariable] = Path.Combine(home, ".gitconfig"),
            ["GIT_ATTR_NOSYSTEM"] = "1",
            ["GIT_TEMPLATE_DIR"] = Path.Combine(home, "template"),
            ["GIT_TERMINAL_PROMPT"] = "0",
            ["GIT_ALLOW_PROTOCOL"] = string.Join(':', protocols),
            // A host that ssh does not know is refused, for nobody is there to be asked.
            ["GIT_SSH_COMMAND"] = "ssh -o BatchMode=yes",
        };
        if (protocols.Contains("ssh") && System.Environment.GetEnvironmentVariable("SSH_AUTH_SOCK") is { Length: > 0 } agent)
            environment["SSH_AUTH_SOCK"] = agent;
        return environment;
    }
}
