using Gantry.Build.Contexts.Kept;
using Gantry.Build.Files;
using Gantry.Build.Sessions;
using Gantry.Linux.Trees;

namespace Gantry.Build.Contexts;

/// <summary>The files of a directory of the client's, which are fetched when somebody looks at them first: a build that copies nothing
/// asks for nothing.</summary>
/// <param name="cancellation">Of the build.</param>
public sealed class ClientTree(KeptContexts contexts, IBuildSession session, FilesRequest request, CancellationToken cancellation)
    : ISourceTree, IDisposable
{
    private readonly Lock _gate = new();
    private ClientFiles? _files;

    public DirectoryHandle Root => Fetch().Root;

    public string? HostPath => Fetch().HostPath;

    public byte[]? KnownDigest(in FileStatus file) => Fetch().KnownDigest(file);

    private ClientFiles Fetch()
    {
        // Several steps may want it at once: the first asks, the others have it too.
        lock (_gate)
            return _files ??= Task.Run(() => contexts.ReceiveAsync(session, request, cancellation), cancellation).GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        lock (_gate) _files?.Dispose();
    }
}
