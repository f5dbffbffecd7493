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
    private FilesRequest _request = request;
    private ClientFiles? _files;

    public DirectoryHandle Root => Fetch().Root;

    public string? HostPath => Fetch().HostPath;

    public byte[]? KnownDigest(in FileStatus file) => Fetch().KnownDigest(file);

    public IReadOnlyList<KeyValuePair<byte[], byte[]>>? KnownAttributes(in FileStatus file) => Fetch().KnownAttributes(file);

    /// <summary>Before anybody has looked: no more than this will be looked at.</summary>
    /// <inheritdoc cref="FilesRequest.Follow"/>
    public void Narrow(IReadOnlyList<string> follow)
    {
        lock (_gate) _request = _request with { Follow = follow };
    }

    private ClientFiles Fetch()
    {
        // Several steps may want it at once: the first asks, the others have it too.
        lock (_gate)
            return _files ??= Task.Run(() => contexts.ReceiveAsync(session, _request, cancellation), cancellation).GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        lock (_gate) _files?.Dispose();
    }
}
