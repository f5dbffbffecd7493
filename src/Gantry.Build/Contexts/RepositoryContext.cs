using Gantry.Build.Repositories;

namespace Gantry.Build.Contexts;

/// <summary>A git repository, or a directory of one, as a context.</summary>
public static class RepositoryContext
{
    /// <summary>Fetches it by the host's git.</summary>
    /// <param name="newPath">Gives a directory that is not there yet, where nobody else passes.</param>
    /// <param name="dockerfile">In the context; empty for <c>Dockerfile</c>, null for files that are copied from alone.</param>
    /// <param name="keepGit">With git's own files.</param>
    /// <exception cref="GantryException">In git's words, or Docker's. Nothing is left then.</exception>
    /// <exception cref="Dockerfile.Lexing.DockerfileException">The ignore file has a wrong pattern.</exception>
    public static async Task<ContextDirectory> ReceiveAsync(GitAddress address, Func<string> newPath, string? dockerfile, bool keepGit,
        RepositorySettings settings, CancellationToken cancellation)
    {
        using GitClone clone = new(address, newPath(), settings, ownKeys: true);
        GitCommit commit = await clone.ResolveAsync(cancellation);
        await clone.CheckOutAsync(commit, keepGit, cancellation);
        string path = newPath();
        // What is below belongs to the clone, which goes.
        Directory.Move(clone.FindDirectory(), path);
        return ContextDirectory.Of(path, dockerfile, cancellation);
    }
}
