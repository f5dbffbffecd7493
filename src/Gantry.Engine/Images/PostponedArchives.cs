using System.Security.Cryptography;
using Gantry.Linux;
using Gantry.Oci.Image;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Images;

/// <summary>A layer that was made here of a container's changes has no archive at first: that is made of the layer when somebody
/// needs it, and behind the caller's back in any case.</summary>
internal sealed class PostponedArchives(ContentStore content, ISnapshotter snapshotter)
{
    /// <summary>The layer of which the blob can be made; null when it came as it is.</summary>
    public string? SourceOf(Image image, string digest) =>
        Sealed(image).Where(layer => layer.Digest == digest).Select(layer => layer.ChainId).FirstOrDefault();

    public bool IsAnyMissing(Image image) => Missing(image).Count > 0;

    /// <summary>Makes what is missing of an image.</summary>
    /// <param name="lease">Keeps what is made.</param>
    /// <exception cref="GantryException">Internal: the layer is not any more what it was.</exception>
    public void Require(Image image, Lease lease)
    {
        foreach ((string digest, string chainId) in Missing(image))
        {
            try
            {
                using ContentWriter blob = content.Begin();
                using (ContentWriterStream stream = new(blob)) snapshotter.WriteArchive(chainId, stream);
                blob.Commit(digest, lease.PinBlob);
            }
            catch (GantryException e)
            {
                // Whoever asked has asked for nothing wrong.
                throw Lost(image, $"{NameOf(chainId)} has changed on the disk: {e.Message}", e);
            }
        }
    }

    /// <summary>As <see cref="Require"/>; what the disk does not take is looked at alone, and can be written by
    /// <see cref="Write"/>.</summary>
    /// <exception cref="GantryException">Internal: a layer cannot be read, or is not any more what it was.</exception>
    public void RequireOrCheck(Image image, Lease lease)
    {
        try
        {
            Require(image, lease);
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            foreach ((string digest, string chainId) in Missing(image))
                if (WrongWith(chainId, digest, default) is { } wrong)
                    throw Lost(image, wrong, e);
        }
    }

    private string NameOf(string chainId) => $"layer {chainId} ({snapshotter.Name}/{snapshotter.Layer(chainId)?.CacheId})";

    private static GantryException Lost(Image image, string wrong, Exception reason) =>
        GantryException.Internal($"reading image {image.ShortId}: {wrong}: see what system check says of it, "
            + "and commit the image anew where its container is still there", reason);

    /// <summary>Reads the whole layer.</summary>
    /// <returns>Why its archive cannot be made, in words; null when it can.</returns>
    public string? WrongWith(string chainId, string digest, CancellationToken cancellation)
    {
        try
        {
            using SHA256 hash = SHA256.Create();
            using (CryptoStream output = new(Stream.Null, hash, CryptoStreamMode.Write))
                snapshotter.WriteArchive(chainId, new InterruptibleStream(output, cancellation));
            string actual = Digest.FromHash(hash.Hash!);
            return actual == digest ? null : $"{NameOf(chainId)} has changed on the disk: its archive would be {actual}, not {digest}";
        }
        catch (Exception e) when (Expected.Any(e))
        {
            return $"the archive of {NameOf(chainId)} cannot be made: {Failure.Text(e)}";
        }
    }

    /// <summary>Writes an archive that is not kept.</summary>
    /// <param name="chainId">From <see cref="SourceOf"/>.</param>
    public void Write(string chainId, Stream output) => snapshotter.WriteArchive(chainId, output);

    private List<(string Digest, string ChainId)> Missing(Image image) =>
        [.. Sealed(image).Where(layer => !content.Contains(layer.Digest))];

    private List<(string Digest, string ChainId)> Sealed(Image image)
    {
        List<(string, string)> layers = [];
        for (int i = 0; i < Math.Min(image.Layers.Count, image.ChainIds.Count); i++)
            // Uncompressed, its archive's digest is the diff ID.
            if (image.Layers[i].Digest == image.DiffIds[i] && snapshotter.Layer(image.ChainIds[i])?.LeftOut is not null)
                layers.Add((image.DiffIds[i], image.ChainIds[i]));
        return layers;
    }
}
