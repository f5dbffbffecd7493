using System.Security.Cryptography;
using Gantry.Oci.Image;

namespace Gantry.Storage.Content;

/// <summary>A blob of known digest that comes in pieces, perhaps over several lives of this process,
/// and can be read while it grows.</summary>
/// <remarks>One writer, one reader. What was written stays on disk until it is whole, found to be wrong, or too old.</remarks>
public sealed class PartialBlob : IDisposable
{
    private readonly ContentStore _store;
    private readonly string _digest, _path;
    private readonly FileStream _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly object _grown = new();
    private Exception? _failure;
    private bool _whole;

    internal PartialBlob(ContentStore store, string digest, string path)
    {
        (_store, _digest, _path) = (store, digest, path);
        _file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0,
            UnixCreateMode = (UnixFileMode)Octal.O600,
        });
        byte[] buffer = new byte[256 << 10];
        int count;
        while ((count = _file.Read(buffer)) > 0) _hash.AppendData(buffer, 0, count);
        Length = _file.Length;
    }

    /// <summary>Bytes that are here.</summary>
    public long Length { get; private set; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        _file.Write(bytes);
        lock (_grown)
        {
            Length += bytes.Length;
            Monitor.PulseAll(_grown);
        }
    }

    /// <summary>Checks what came and makes it a blob of the store. One that is wrong is removed,
    /// so that the next try begins anew.</summary>
    /// <param name="pin">As in <see cref="ContentWriter.Commit"/>.</param>
    /// <exception cref="GantryException">Invalid: the content is not what was expected.</exception>
    public void Commit(Action<string> pin)
    {
        string digest = Digest.FromHash(_hash.GetHashAndReset());
        if (digest != _digest)
        {
            File.Delete(_path);
            throw GantryException.Invalid($"content does not match its digest: expected {_digest}, got {digest}");
        }
        pin(digest);
        ContentStore.RemoveOther(_store.PathOf(digest));
        File.Move(_path, _store.PathOf(digest), overwrite: true);
        lock (_grown)
        {
            _whole = true;
            Monitor.PulseAll(_grown);
        }
    }

    /// <summary>Nothing more will come; the reader gets this failure.</summary>
    public void Fail(Exception failure)
    {
        lock (_grown)
        {
            _failure = failure;
            Monitor.PulseAll(_grown);
        }
    }

    /// <summary>The content from its beginning; a read waits for what is still to come, and ends only when the whole is verified.</summary>
    public Stream OpenReader() => new Reader(this);

    /// <returns>Bytes that may be read from <paramref name="position"/> on; 0 at the verified end.</returns>
    private long WaitBeyond(long position)
    {
        lock (_grown)
        {
            while (Length <= position && !_whole && _failure is null) Monitor.Wait(_grown);
            if (Length > position) return Length - position;
            return _whole ? 0 : throw GantryException.Unavailable($"download of {_digest} failed: {_failure!.Message}");
        }
    }

    public void Dispose()
    {
        Fail(new ObjectDisposedException(nameof(PartialBlob)));
        _file.Dispose();
        _hash.Dispose();
        _store.EndPartial(_digest);
    }

    private sealed class Reader(PartialBlob blob) : ReadOnlyStream
    {
        private readonly FileStream _file =
            new(blob._path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

        public override int Read(Span<byte> buffer)
        {
            if (buffer.IsEmpty) return 0;
            long available = blob.WaitBeyond(_file.Position);
            return available == 0 ? 0 : _file.Read(buffer[..(int)Math.Min(buffer.Length, available)]);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) _file.Dispose();
            base.Dispose(disposing);
        }
    }
}
