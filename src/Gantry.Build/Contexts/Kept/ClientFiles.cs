using Gantry.Build.Files;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Build.Contexts.Kept;

/// <summary>The files of a client's directory, for one build.</summary>
/// <remarks>Nobody changes them before this is disposed.</remarks>
public sealed class ClientFiles : ISourceTree, IDisposable
{
    private readonly Action _release;
    private readonly Dictionary<ulong, KeptEntry> _digests = [];
    private readonly ulong _device;

    internal ClientFiles(string path, IReadOnlyList<KeptEntry> entries, Action release)
    {
        (HostPath, _release) = (path, release);
        Root = DirectoryHandle.Open(path);
        if (Root.TryStatus([], out FileStatus top) is var errno and not 0) throw new Linux.KernelException("read status of", errno, path);
        _device = top.Device;
        foreach (KeptEntry entry in entries)
            if (entry.HasContent && entry.Digest is not null) _digests[entry.Inode] = entry;
        Count = entries.Count;
    }

    public DirectoryHandle Root { get; }

    public string HostPath { get; }

    /// <summary>Files and directories.</summary>
    public int Count { get; }

    string? ISourceTree.HostPath => HostPath;

    public byte[]? KnownDigest(in FileStatus file) => Find(file)?.Digest;

    public IReadOnlyList<KeyValuePair<byte[], byte[]>>? KnownAttributes(in FileStatus file) =>
        Find(file) is { } entry ? CopiedAttributes.Among(entry.Stat.Attributes) : null;

    private KeptEntry? Find(in FileStatus file) =>
        file.Device == _device && _digests.TryGetValue(file.Inode, out KeptEntry? entry) && entry.Stat.Size == file.Size
            && entry.Stat.Time == file.Modified ? entry : null;

    public void Dispose()
    {
        Root.Dispose();
        _release();
    }
}
