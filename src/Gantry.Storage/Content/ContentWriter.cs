using System.Security.Cryptography;
using Gantry.Oci.Image;

namespace Gantry.Storage.Content;

/// <summary>A blob on its way into the store: hashed as it is written, visible only once it is whole.</summary>
public sealed class ContentWriter : IDisposable
{
    private readonly ContentStore _store;
    private readonly string _path;
    private readonly FileStream _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool _committed;

    internal ContentWriter(ContentStore store, string path)
    {
        _store = store;
        _path = path;
        _file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = 0,
            UnixCreateMode = (UnixFileMode)Octal.O600,
        });
    }

    /// <summary>Bytes so far.</summary>
    public long Length { get; private set; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        _file.Write(bytes);
        Length += bytes.Length;
    }

    /// <summary>Makes the blob visible under its digest (durable only after <see cref="ContentStore.Sync"/>); if it was there already,
    /// the present one stays.</summary>
    /// <param name="expected">The digest that it must have, null for any.</param>
    /// <param name="pin">Told the digest before it becomes visible, so that no collection of garbage comes between.</param>
    /// <returns>The digest.</returns>
    /// <exception cref="GantryException">Invalid: the content is not what was expected.</exception>
    public string Commit(string? expected = null, Action<string>? pin = null)
    {
        string digest = Digest.FromHash(_hash.GetHashAndReset());
        if (expected is not null && expected != digest)
            throw GantryException.Invalid($"content does not match its digest: expected {expected}, got {digest}");
        pin?.Invoke(digest);
        string path = _store.PathOf(digest);
        if (!_store.Contains(digest))
        {
            ContentStore.RemoveOther(path);
            File.Move(_path, path, overwrite: true);
            _committed = true;
        }
        return digest;
    }

    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
        if (!_committed) File.Delete(_path);
    }
}
