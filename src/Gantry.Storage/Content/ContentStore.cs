using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Oci.Image;
using Gantry.Storage.Snapshots;

namespace Gantry.Storage.Content;

/// <summary>Blobs by digest, as they came: <c>blobs/sha256/&lt;hex&gt;</c>. A blob that is there is whole.</summary>
/// <remarks>Who needs a blob is not known here; the owner of the references removes what nothing refers to.
/// All methods may be called from any thread.</remarks>
public sealed class ContentStore
{
    /// <summary>A download that nobody went on with for so long will not be asked for again.</summary>
    public static readonly TimeSpan PartialsLive = TimeSpan.FromDays(1);

    private readonly string _blobs, _ingest, _partial, _damaged;
    private readonly TimeProvider _time;
    /// <summary>Names of the partial blobs that somebody works on.</summary>
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    /// <summary>Opens or makes the store and removes what an earlier process left unfinished.</summary>
    public ContentStore(string root, TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _blobs = Path.Combine(root, "blobs", "sha256");
        _ingest = Path.Combine(root, "ingest");
        _damaged = Path.Combine(root, "damaged");
        _partial = Path.Combine(root, "partial");
        RemoveUnfinished();
        const UnixFileMode ownerOnly = (UnixFileMode)Octal.O700;
        OwnDirectory.Make(Path.Combine(root, "blobs"), ownerOnly);
        foreach (string directory in new[] { _blobs, _ingest, _partial }) OwnDirectory.Make(directory, ownerOnly);
        RemovePartials(PartialsLive);
    }

    private void RemoveUnfinished()
    {
        try
        {
            // The directory itself stays: on a full disk it could not be made again.
            if (Directory.Exists(_ingest)) foreach (string path in OwnDirectory.All(_ingest)) TreeRemoval.Remove(path);
        }
        catch (KernelException)
        {
            // It takes room and is in nobody's way: new files have names of their own.
        }
    }

    /// <summary>Removes downloads that were broken off and not gone on with; those under way stay.</summary>
    /// <param name="idle">For how long.</param>
    /// <returns>Bytes that they had.</returns>
    public long RemovePartials(TimeSpan idle)
    {
        long bytes = 0;
        List<string> removed = [];
        lock (_open)
        {
            foreach (FileInfo file in OwnDirectory.Files(_partial).Select(path => new FileInfo(path)))
            {
                if (_open.Contains(file.Name) || file.LastWriteTimeUtc > _time.GetUtcNow() - idle) continue;
                bytes += file.Length;
                if (MoveAway(file.FullName) is { } aside) removed.Add(aside);
            }
        }
        // A pull need not wait for it.
        foreach (string aside in removed) Free(aside);
        return bytes;
    }

    public string PathOf(string digest) => Path.Combine(_blobs, Digest.Hex(digest));

    public bool Contains(string digest) => FileNature.KindOf(PathOf(digest)) == FileKind.Regular;

    /// <summary>Bytes.</summary>
    /// <exception cref="GantryException">NotFound.</exception>
    public long Size(string digest)
    {
        FileInfo file = new(PathOf(digest));
        return file.Exists ? file.Length : throw Missing(digest);
    }

    /// <summary>Space that a blob takes; 0 for one that is not here.</summary>
    public long DiskUsage(string digest)
    {
        using DirectoryHandle blobs = DirectoryHandle.Open(_blobs);
        return blobs.TryStatus(PathBytes.Of(Digest.Hex(digest)), out FileStatus status) == 0 ? status.Blocks * 512 : 0;
    }

    /// <summary>Space that all blobs and unfinished downloads take.</summary>
    public long DiskUsage() => TreeUsage.InOnDisk(_blobs) + TreeUsage.InOnDisk(_partial) + TreeUsage.InOnDisk(_ingest);

    /// <exception cref="GantryException">NotFound.</exception>
    public FileStream Open(string digest)
    {
        try
        {
            return new FileStream(PathOf(digest), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0,
                FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Missing(digest);
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            throw GantryException.Internal($"content {digest} cannot be read from {PathOf(digest)}: {e.Message}", e);
        }
    }

    /// <summary>A small blob, whole.</summary>
    /// <exception cref="GantryException">NotFound, or Invalid when it is larger than <paramref name="limit"/> bytes.</exception>
    public byte[] Read(string digest, int limit)
    {
        using FileStream stream = Open(digest);
        if (stream.Length > limit)
            throw GantryException.Invalid($"{digest} has {stream.Length} bytes; at most {limit} are expected of such a document");
        byte[] content = new byte[stream.Length];
        try
        {
            stream.ReadExactly(content);
        }
        catch (IOException e)
        {
            throw GantryException.Internal($"content {digest} cannot be read from {PathOf(digest)}: {e.Message}", e);
        }
        return content;
    }

    /// <summary>As <see cref="Read"/>, for a document that must be what it was: another content is refused.</summary>
    /// <exception cref="GantryException">Invalid: it is damaged.</exception>
    public byte[] ReadVerified(string digest, int limit)
    {
        byte[] content = Read(digest, limit);
        return Digest.Of(content) is var actual && actual == digest ? content
            : throw GantryException.Invalid($"content {digest} is damaged: it is {actual} now");
    }

    /// <summary>Gets what is in the place of a blob, and is not it, out of the way, so that the blob can come again.
    /// Kept to look at.</summary>
    public void Quarantine(string digest)
    {
        Directory.CreateDirectory(_damaged, (UnixFileMode)Octal.O700);
        string aside = JsonFile.SetAside(PathOf(digest)), kept = Path.Combine(_damaged, Path.GetFileName(aside));
        if (Path.Exists(kept)) JsonFile.Forget(kept);
        if (Directory.Exists(aside)) Directory.Move(aside, kept);
        else File.Move(aside, kept);
    }

    public bool IsQuarantined(string digest) =>
        Directory.Exists(_damaged) && OwnDirectory.All(_damaged)
            .Any(path => Path.GetFileName(path).StartsWith(Digest.Hex(digest), StringComparison.Ordinal));

    /// <summary>Removes what <see cref="Quarantine"/> kept.</summary>
    public void RemoveQuarantined()
    {
        TreeRemoval.Remove(_damaged);
    }

    /// <summary>Begins a blob of unknown digest. It is committed, or disposed, which removes it.</summary>
    public ContentWriter Begin() => new(this, Path.Combine(_ingest, Guid.NewGuid().ToString("N")));

    /// <summary>Begins a blob of known digest, or goes on with one. The caller sees to it that nobody else does at the same time.</summary>
    public PartialBlob BeginPartial(string digest)
    {
        lock (_open) _open.Add(Digest.Hex(digest));
        try
        {
            RemoveOther(PartialPathOf(digest));
            return new PartialBlob(this, digest, PartialPathOf(digest));
        }
        catch
        {
            EndPartial(digest);
            throw;
        }
    }

    internal void EndPartial(string digest) { lock (_open) _open.Remove(Digest.Hex(digest)); }

    /// <summary>Whether there is something of the blob to go on with.</summary>
    public bool HasPartial(string digest) => File.Exists(PartialPathOf(digest));

    /// <summary>Unknown digests are ignored, and those that somebody works on.</summary>
    public void RemovePartial(string digest)
    {
        lock (_open)
            if (!_open.Contains(Digest.Hex(digest))) File.Delete(PartialPathOf(digest));
    }

    private string PartialPathOf(string digest) => Path.Combine(_partial, Digest.Hex(digest));

    /// <param name="pin">As in <see cref="ContentWriter.Commit"/>.</param>
    /// <returns>The digest.</returns>
    public string Put(ReadOnlySpan<byte> content, Action<string>? pin = null)
    {
        string digest = Digest.Of(content);
        pin?.Invoke(digest);
        if (Contains(digest)) return digest;
        using ContentWriter writer = Begin();
        writer.Write(content);
        return writer.Commit(digest);
    }

    /// <summary>Waits until every blob committed so far would survive a power loss. To be called before a reference to one is recorded;
    /// until then a blob is garbage after a crash.</summary>
    public void Sync() => FileSystemSync.Run(_blobs);

    /// <summary>Unknown digests are ignored. Whoever reads the blob now reads it to its end.</summary>
    public void Delete(string digest)
    {
        RemoveOther(PathOf(digest));
        File.Delete(PathOf(digest));
    }

    /// <summary>As <see cref="Delete"/>, but at once: the file system takes its time to delete a large file.</summary>
    /// <returns>To be removed by the caller, outside of any lock; what he leaves, the next start removes. Null for nothing.</returns>
    internal string? Discard(string digest) => MoveAway(PathOf(digest));

    /// <summary>Deletes what <see cref="Discard"/> has moved away.</summary>
    internal static void Free(string aside)
    {
        try
        {
            TreeRemoval.Remove(aside);
        }
        catch (KernelException)
        {
            // It is nobody's any more: the next start tries again.
        }
    }

    private string? MoveAway(string path)
    {
        string aside = Path.Combine(_ingest, Guid.NewGuid().ToString("N"));
        try
        {
            switch (FileNature.KindOfEntry(path))
            {
                case null: return null;
                case FileKind.Directory: Directory.Move(path, aside); break;
                case FileKind.Regular: File.Move(path, aside); break;
                default:
                    TreeRemoval.Remove(path);
                    return null;
            }
            return aside;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (IOException)
        {
            // On a full disk a directory may have no room for another name; there is more of it afterwards.
            TreeRemoval.Remove(path);
            return null;
        }
    }

    /// <summary>What has the place of a file of ours and is none.</summary>
    internal static void RemoveOther(string path)
    {
        if (FileNature.KindOfEntry(path) is not (null or FileKind.Regular)) TreeRemoval.Remove(path);
    }

    /// <summary>Makes a blob that nothing refers to a download that is complete, so that the next try need not fetch it.
    /// Unknown digests are ignored.</summary>
    public void SetAside(string digest)
    {
        string path = PathOf(digest);
        if (!Contains(digest)) return;
        RemoveOther(PartialPathOf(digest));
        // Its time begins now.
        File.SetLastWriteTimeUtc(path, _time.GetUtcNow().UtcDateTime);
        File.Move(path, PartialPathOf(digest), overwrite: true);
    }

    /// <summary>All files among the blobs, whatever their names.</summary>
    public IReadOnlyList<string> Files => OwnDirectory.Files(_blobs);

    /// <summary>Files of unfinished downloads.</summary>
    public IReadOnlyList<string> Partials => OwnDirectory.Files(_partial);

    /// <summary>Digests of all blobs.</summary>
    public IEnumerable<string> All =>
        OwnDirectory.Files(_blobs).Select(path => Digest.Prefix + Path.GetFileName(path)).Where(Digest.IsValid);

    private static GantryException Missing(string digest) => GantryException.NotFound($"content {digest} is not in the store");
}
