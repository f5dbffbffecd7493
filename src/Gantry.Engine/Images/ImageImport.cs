using Gantry.Linux;
using Gantry.Storage.Roots;
using System.Text.Json;
using Gantry.Oci.Image;
using Gantry.Registry;
using Gantry.Storage.Archives;
using Gantry.Storage.Content;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Images;

/// <summary>Makes an image of one layer from an archive of a root filesystem.</summary>
public sealed class ImageImport(ImageStore store)
{
    /// <param name="repository">Name for the image; null or empty for none.</param>
    /// <param name="change">Makes its configuration of an empty one; null for the empty one.</param>
    /// <param name="platform">What the root is for; null for this machine.</param>
    /// <param name="source">Where the archive came from, for the image's history.</param>
    /// <exception cref="GantryException">Invalid: the name, a change or the archive. Nothing is kept then.</exception>
    public Image Run(Stream body, string? repository, string? tag, string? message, Func<ImageConfig, ImageConfig>? change,
        CancellationToken cancellation, string? platform = null, string source = "-")
    {
        try
        {
            return Import(body, repository, tag, string.IsNullOrEmpty(message) ? $"Imported from {source}" : message, change,
                PlatformChoice.Parse(platform), cancellation);
        }
        catch (IOException e)
        {
            throw Failure.Of("import", e);
        }
    }

    private Image Import(Stream body, string? repository, string? tag, string comment, Func<ImageConfig, ImageConfig>? change,
        PlatformChoice wanted, CancellationToken cancellation)
    {
        if (repository?.Contains('@') == true) throw GantryException.Invalid("cannot import digest reference");
        if (wanted.Platform.Os != "linux") throw GantryException.Invalid("operating system is not supported");
        Reference? name = string.IsNullOrEmpty(repository) ? null : ImageAddition.TargetName(repository, tag);
        ImageConfig empty = new(), config = change?.Invoke(empty) ?? empty;
        using Lease lease = store.Leases.Open();
        (string diffId, Descriptor layer) = TakeLayer(body, lease, cancellation);
        DateTimeOffset now = store.Time.GetUtcNow();
        OciImage image = new()
        {
            Created = now, Architecture = wanted.Platform.Architecture, Os = wanted.Platform.Os, Variant = wanted.Variant, Config = config,
            Comment = comment, RootFs = new ImageRootFs { DiffIds = [diffId] },
            History = [new ImageHistory { Created = now, Comment = comment }],
        };
        string id = store.Content.Put(JsonSerializer.SerializeToUtf8Bytes(image, ImageJson.Default.OciImage), lease.PinBlob);
        (Image added, _) = store.Add(id, ImageManifest.Put(store.Content, lease, id, [layer]), name is null ? [] : [name]);
        store.Events.Publish(added, "import", id);
        if (name is not null) store.Tag(id, name.Name, name.Tag);
        return added;
    }

    /// <summary>The archive goes to the content store as it comes and is unpacked in the same pass.</summary>
    private (string DiffId, Descriptor Layer) TakeLayer(Stream body, Lease lease, CancellationToken cancellation)
    {
        using ContentWriter blob = store.Content.Begin();
        using TeeStream whole = new(Decompression.WithoutForeign(body), piece => blob.Write(piece.Span));
        using ILayerUnpack unpack = store.Snapshotter.Unpack(null);
        using (Stream archive = Decompression.Open(whole)) unpack.Apply(new DrainedStream(archive, whole), cancellation);
        if (blob.Length == 0) throw GantryException.Invalid("archive: it is empty");
        string digest = blob.Commit(null, lease.PinBlob);
        lease.PinLayer(unpack.DiffId);
        unpack.Commit(unpack.DiffId, null);
        return (unpack.DiffId, new Descriptor { Digest = digest, Size = blob.Length });
    }

    /// <summary>At the end of the uncompressed data, reads what is left of the compressed: the blob is the whole body,
    /// trailing bytes included.</summary>
    private sealed class DrainedStream(Stream archive, Stream whole) : ReadOnlyStream
    {
        public override int Read(Span<byte> buffer)
        {
            int count = archive.Read(buffer);
            if (count > 0 || buffer.IsEmpty) return count;
            byte[] rest = new byte[4096];
            while (whole.Read(rest, 0, rest.Length) > 0) { }
            return 0;
        }
    }
}
