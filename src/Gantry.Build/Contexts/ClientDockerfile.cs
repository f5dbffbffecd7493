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

    private const string IgnoreFile = ".dockerignore";

    /// <param name="name">Empty for the usual one.</param>
    /// <exception cref="GantryException">In Docker's words: it is missing, outside, empty, or no file.</exception>
    /// <exception cref="Dockerfile.Lexing.DockerfileException">A pattern is wrong.</exception>
    public static Task<ClientDockerfile> ReceiveAsync(KeptContexts contexts, IBuildSession session, string name,
        CancellationToken cancellation) =>
        session.GathersDockerfile ? ReceiveGatheredAsync(contexts, session, name, cancellation)
            : ReceiveApartAsync(contexts, session, name, cancellation);

    private static async Task<ClientDockerfile> ReceiveGatheredAsync(KeptContexts contexts, IBuildSession session, string name,
        CancellationToken cancellation)
    {
        using ClientFiles files = await contexts.ReceiveAsync(session, new FilesRequest(Directory), cancellation, keep: false);
        ContextFiles read = new(files.Root);
        (string found, string text) = read.ReadDockerfile(name);
        return new ClientDockerfile(text, read.ReadIgnored(found) ?? IgnorePatterns.Of([]));
    }

    /// <summary>As BuildKit's clients have it: the directory has no patterns but the Dockerfile's own, and may be one that has much else;
    /// other patterns are the context's.</summary>
    private static async Task<ClientDockerfile> ReceiveApartAsync(KeptContexts contexts, IBuildSession session, string name,
        CancellationToken cancellation)
    {
        if (name.Length == 0) name = ContextFiles.DefaultDockerfile;
        FilesRequest request = new(Directory)
        {
            // In small letters for those who come from file systems that know no case.
            Follow = [.. new[] { name, name + IgnoreFile, name.ToLowerInvariant() }.Distinct()],
        };
        string text;
        IgnorePatterns? ignored;
        using (ClientFiles files = await contexts.ReceiveAsync(session, request, cancellation, keep: false))
        {
            ContextFiles read = new(files.Root);
            (string found, text) = read.ReadDockerfile(name);
            ignored = read.ReadIgnored(found, ofDockerfile: true);
        }
        if (ignored is not null) return new ClientDockerfile(text, ignored);
        FilesRequest patterns = new(Context) { Follow = [IgnoreFile] };
        using ClientFiles top = await contexts.ReceiveAsync(session, patterns, cancellation, keep: false);
        return new ClientDockerfile(text, new ContextFiles(top.Root).ReadIgnored("") ?? IgnorePatterns.Of([]));
    }
}
