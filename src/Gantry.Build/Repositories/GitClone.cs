using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Gantry.Storage.Layers;

namespace Gantry.Build.Repositories;

/// <summary>One repository, fetched by the host's git into a directory of its own, which goes when this is disposed.</summary>
/// <remarks>
/// Nothing in it is trusted: git gets no configuration, hooks, filters or questions of anybody's, and protocols that lead to files and
/// programs of this host are closed, also for submodules.
/// </remarks>
public sealed class GitClone : IDisposable
{
    /// <summary>For saying what its references are.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMinutes(2);
    private static readonly string[] Web = ["http", "https", "git"], All = [.. Web, "ssh"];

    /// <summary>Of removing it.</summary>
    private const int Turns = 3;

    private readonly string _path;
    private readonly RepositorySettings _settings;
    private readonly GitProgram _git;
    private readonly GitAddress _address;

    /// <param name="path">A directory that is not there yet, where nobody else passes.</param>
    /// <param name="ownKeys">Whether ssh may be used, with the keys that this program has.</param>
    /// <exception cref="GantryException">Invalid: an address that needs ssh, which is not allowed.</exception>
    public GitClone(GitAddress address, string path, RepositorySettings settings, bool ownKeys)
    {
        if (address.IsShell && !ownKeys)
            throw GantryException.Invalid($"{address.Shown} needs ssh, and a Dockerfile gets no keys of the daemon's machine: "
                + "use https, or give the repository as context");
        (_address, _path, _settings) = (address, path, settings);
        string home = Path.Combine(path, "home");
        Directory.CreateDirectory(home, OwnDirectory.OwnerOnly);
        try
        {
            Directory.CreateDirectory(Tree);
            GitProgram.Prepare(home, address);
            // The repository chooses the hosts of its submodules; none of them gets keys that nobody meant.
            _git = new GitProgram(settings.Program, home, Tree, settings.Proxies(), address.IsShell ? All : Web);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The top of what was unpacked.</summary>
    public string Tree => Path.Combine(_path, "tree");

    /// <summary>Asks the repository what the reference stands for; nothing is fetched.</summary>
    /// <exception cref="GantryException">In git's words.</exception>
    public async Task<GitCommit> ResolveAsync(CancellationToken cancellation)
    {
        string asked = _address.Reference;
        if (CommitName.IsWhole(asked)) return new GitCommit(asked.ToLowerInvariant(), null);
        string answer = await _git.RunAsync("error fetching", ["ls-remote", "--", _address.Told, .. RemoteReferences.Patterns(asked)],
            cancellation, AnswerTime);
        if (RemoteReferences.Find(answer, asked) is { } found) return found;
        if (CommitName.IsPart(asked)) return new GitCommit(null, null);
        throw GantryException.Invalid($"error fetching: fatal: couldn't find remote ref {(asked.Length > 0 ? asked : "HEAD")}");
    }

    /// <summary>Fetches a commit and unpacks it, with its submodules. Called once.</summary>
    /// <param name="keepGit">Whether git's own files stay.</param>
    /// <returns>The commit's full name.</returns>
    /// <exception cref="GantryException">In git's words; Invalid: it is larger than is allowed.</exception>
    public async Task<string> CheckOutAsync(GitCommit wanted, bool keepGit, CancellationToken cancellation)
    {
        using CloneWatch watch = new(_path, _address, _settings.Limits, cancellation);
        try
        {
            string commit = await FetchAsync(wanted, watch.Token);
            string branch = wanted.Reference?.StartsWith("refs/heads/", StringComparison.Ordinal) == true ? wanted.Reference[11..] : "";
            await _git.RunAsync("error checking out", branch.Length > 0 && keepGit ? ["checkout", "-q", "-f", "-B", branch, commit]
                : ["checkout", "-q", "-f", "--detach", commit], watch.Token);
            await SubmodulesAsync(watch.Token);
            // A name would come along otherwise.
            if (keepGit && _address.IsShell)
                await _git.RunAsync("error checking out", ["remote", "set-url", "origin", _address.Shown], watch.Token);
            long time = await TimeAsync(commit, watch.Token);
            watch.Check();
            CheckedOutTree.Tidy(Tree, new FileTime(time, 0), keepGit, watch.Token);
            return commit;
        }
        catch (OperationCanceledException) when (watch.Reason is { } reason)
        {
            throw reason;
        }
    }

    /// <summary>Where the part that is asked for is, without links.</summary>
    /// <exception cref="GantryException">Invalid: there is no such directory, in Docker's words.</exception>
    public string FindDirectory()
    {
        string asked = _address.Directory;
        if (InsidePath.Climbs(asked)) throw GantryException.Invalid($"error setting git context, \"{asked}\" not within git root");
        using DirectoryHandle root = DirectoryHandle.Open(Tree);
        byte[] found;
        int errno;
        try
        {
            found = LinkResolution.Resolve(root, PathBytes.Of(asked), followLast: true);
            errno = root.TryOpenInRoot(found, out DirectoryHandle? directory);
            directory?.Dispose();
        }
        catch (KernelException e)
        {
            (found, errno) = ([], e.Errno);
        }
        if (errno == Errno.ENOTDIR) throw GantryException.Invalid($"error setting git context, not a directory: {asked}");
        if (errno != 0) throw GantryException.Invalid($"error setting git context: stat {asked}: {Errno.Message(errno)}");
        return found.Length == 0 ? Tree : Path.Combine(Tree, PathBytes.Show(found));
    }

    private async Task<string> FetchAsync(GitCommit wanted, CancellationToken cancellation)
    {
        await _git.RunAsync("error initializing a git repository", ["init", "-q", "."], cancellation);
        await _git.RunAsync("error initializing a git repository", ["remote", "add", "origin", _address.Told], cancellation);
        string asked = wanted.Reference ?? wanted.Name ?? "";
        Subprocess.Result result = asked.Length == 0 ? default : await ShallowAsync(["fetch", "-q", "--no-tags",
            "--no-recurse-submodules", "--depth", "1", "origin", asked], cancellation);
        if (asked.Length > 0 && result.ExitCode != 0 && wanted.Reference is not null) throw GitProgram.Refused("error fetching", result);
        // A server may give what it has names for alone; then all of them are fetched, to find the commit behind one.
        if (asked.Length == 0 || result.ExitCode != 0)
            await _git.RunAsync("error fetching", ["fetch", "-q", "--no-recurse-submodules", "origin",
                "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"], cancellation);
        string found = wanted.Reference is not null ? "FETCH_HEAD" : wanted.Name ?? _address.Reference;
        Subprocess.Result commit = await _git.TryAsync(["rev-parse", "-q", "--verify", $"{found}^{{commit}}"], cancellation);
        if (commit.ExitCode != 0) throw GantryException.Invalid($"error fetching: fatal: couldn't find remote ref {_address.Reference}");
        string name = commit.Output.Trim();
        // What was asked for by its own name is that, or the commit that a tag of this name stands for.
        return wanted.Reference is null || wanted.Name is null || wanted.Name == name ? name : throw GantryException.Unavailable(
            $"error fetching: {_address.Reference} of {_address.Shown} was changed meanwhile: build again");
    }

    private async Task SubmodulesAsync(CancellationToken cancellation)
    {
        if (FileNature.KindOf(Path.Combine(Tree, ".gitmodules")) != FileKind.Regular) return;
        Subprocess.Result result = await ShallowAsync(["submodule", "--quiet", "update", "--init", "--recursive", "--depth=1"],
            cancellation);
        if (result.ExitCode != 0) throw GitProgram.Refused("error initializing submodules", result);
    }

    /// <summary>Servers that give files alone cannot give a part of the history.</summary>
    private async Task<Subprocess.Result> ShallowAsync(string[] arguments, CancellationToken cancellation)
    {
        Subprocess.Result result = await _git.TryAsync(arguments, cancellation);
        if (result.ExitCode == 0 || !result.Error.Contains("does not support shallow", StringComparison.Ordinal)) return result;
        int depth = Array.FindIndex(arguments, argument => argument.StartsWith("--depth", StringComparison.Ordinal));
        int after = arguments[depth] == "--depth" ? depth + 2 : depth + 1;
        return await _git.TryAsync([.. arguments[..depth], .. arguments[after..]], cancellation);
    }

    private async Task<long> TimeAsync(string commit, CancellationToken cancellation)
    {
        string text = await _git.RunAsync("error reading commit", ["show", "-s", "--no-show-signature", "--format=%ct", commit],
            cancellation);
        return long.TryParse(text.Trim(), out long seconds) ? Math.Clamp(seconds, 0, uint.MaxValue) : 0;
    }

    /// <summary>What git has started may outlive it for a moment, and write: it is ended. What will not go all the same is left to the
    /// next start, for what was made of the repository is whole.</summary>
    public void Dispose()
    {
        for (int turn = 0; turn < Turns; turn++)
        {
            try
            {
                if (turn > 0) CloneProcesses.End(_path);
                TreeRemoval.Remove(_path);
                return;
            }
            catch (Exception e) when (Expected.OfSystem(e))
            {
                // Once more.
            }
        }
    }
}
