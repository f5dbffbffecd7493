using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Oci.Image;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;
using Microsoft.Win32.SafeHandles;
using Descriptor = Gantry.Oci.Image.Descriptor;

namespace Gantry.Engine.Images.Pull;

/// <summary>A build's cache in a directory: a layout of the OCI's. The directory may be anybody's.</summary>
/// <param name="root">Stays open as long as this is used.</param>
public sealed class LayoutCache(ImageStore store, Lease lease, DirectoryHandle root) : CachedLayers(store, lease)
{
    private const int PieceSize = 128 << 10;

    protected override Task<byte[]> TopAsync(CancellationToken cancellation) => Task.FromResult(Read(OciArchive.IndexFile));

    protected override Task<byte[]> DocumentAsync(Descriptor document, CancellationToken cancellation)
    {
        byte[] bytes = Read(PathOf(document));
        return Digest.Of(bytes) == document.Digest ? Task.FromResult(bytes)
            : throw GantryException.Invalid($"{PathOf(document)} does not match its digest");
    }

    protected override Task TakeAsync(Descriptor blob, CancellationToken cancellation)
    {
        using ContentWriter writer = Store.Content.Begin();
        using (FileStream file = Open(PathOf(blob)))
        {
            byte[] piece = new byte[PieceSize];
            for (int count; (count = file.Read(piece)) > 0;)
            {
                cancellation.ThrowIfCancellationRequested();
                writer.Write(piece.AsSpan(0, count));
            }
        }
        writer.Commit(blob.Digest, Lease.PinBlob);
        return Task.CompletedTask;
    }

    private static string PathOf(Descriptor blob) => $"blobs/sha256/{Digest.Hex(blob.Digest)}";

    private byte[] Read(string path)
    {
        using FileStream file = Open(path);
        if (file.Length > ImageRecords.MaxDocumentSize) throw GantryException.Invalid($"{path} is larger than a document may be");
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private FileStream Open(string path)
    {
        int slash = path.LastIndexOf('/');
        int errno = root.TryOpenInRoot(PathBytes.Of(slash < 0 ? "" : path[..slash]), out DirectoryHandle? directory);
        SafeFileHandle? file = null;
        if (errno == 0)
            using (directory) errno = directory!.TryOpenRegular(PathBytes.Of(path[(slash + 1)..]), out file, out _);
        return errno == 0 ? new FileStream(file!, FileAccess.Read) : throw GantryException.NotFound($"{path}: {Errno.Message(errno)}");
    }
}
