using Gantry.Build.Contexts.Kept;
using Gantry.Build.Dockerfile.Ignore;
using Gantry.Build.Sessions;

namespace Gantry.Build.Contexts;

/// <summary>What a build reads of its client before it knows what else it needs.</summary>
/// <param name="Ignored">What the context leaves out.</param>
public sealed record ClientDockerfile(string Text, IgnorePatterns Ignored)
{
    /// <summary>What clients call the directory that it is in, and that of the context.</summary>
    public const string Directory = "dockerfile", Context = "context";

    /// <summary>From a directory that has the files of patterns too.</summary>
    /// <param name="name">Empty for the usual one.</param>
    /// <exception cref="GantryException">In Docker's words: it is missing, outside, empty, or no file.</exception>
    /// <exception cref="Dockerfile.Lexing.DockerfileException">A pattern is wrong.</exception>
    public static async Task<ClientDockerfile> ReceiveAsync(KeptContexts contexts, IBuildSession session, string name,
        CancellationToken cancellation)
    {
        using ClientFiles files = await contexts.ReceiveAsync(session, new FilesRequest(Directory), cancellation, keep: false);
        ContextFiles read = new(files.Root);
        (string found, string text) = read.ReadDockerfile(name);
        return new ClientDockerfile(text, read.ReadIgnored(found) ?? IgnorePatterns.Of([]));
    }
}
