using Gantry.Linux;
using Gantry.Storage.Roots;
using System.Security.Cryptography;
using Gantry.Api.Images;
using Gantry.Registry;
using Gantry.Storage.Archives;
using Descriptor = Gantry.Oci.Image.Descriptor;
using Digest = Gantry.Oci.Image.Digest;

namespace Gantry.Engine.Images;

/// <summary>Takes in an archive of images: Docker's, old or new, or an image layout; compressed or not.</summary>
public sealed class ImageLoad(ImageStore store)
{
    /// <summary>Bytes between two reports of progress.</summary>
    private const long ProgressStep = 1 << 20;

    /// <param name="platform">Of an archive with images for several, those for this one; null for this machine's.</param>
    /// <param name="report">Gets the lines for the client; from one thread at a time.</param>
    /// <returns>The images, in the archive's order.</returns>
    /// <exception cref="GantryException">Invalid: says which part is damaged. Nothing of the archive is kept then.</exception>
    public IReadOnlyList<Image> Run(Stream body, bool quiet, Action<JsonMessage> report, CancellationToken cancellation,
        string? platform = null)
    {
        try
        {
            return Load(body, quiet, report, PlatformChoice.Parse(platform), cancellation);
        }
        catch (IOException e)
        {
            throw Failure.Of("load", e);
        }
    }

    private List<Image> Load(Stream body, bool quiet, Action<JsonMessage> report, PlatformChoice wanted, CancellationToken cancellation)
    {
        using Lease lease = store.Leases.Open();
        ImageArchive archive = ImageArchive.Read(body, store.Content, lease, cancellation);
        IReadOnlyList<ArchivedImage> found = Images(archive, lease, wanted);
        new ImageUnpack(store.Content, store.Snapshotter, lease).Run(found, quiet ? null : Progress(report), cancellation);

        List<Image> images = [];
        foreach (ArchivedImage one in found)
        {
            Descriptor manifest = one.Manifest ?? ImageManifest.Put(store.Content, lease, one.Id, one.Layers);
            (Image image, IReadOnlyList<string?> before) = store.Add(one.Id, manifest, one.Names);
            images.Add(image);
            Announce(image, one.Names, before, report);
        }
        return images;
    }

    private IReadOnlyList<ArchivedImage> Images(ImageArchive archive, Lease lease, PlatformChoice wanted)
    {
        if (archive.Contains(DockerArchive.ManifestFile))
        {
            IReadOnlyList<ArchivedImage> all = DockerArchive.Read(archive, wanted);
            if (!wanted.IsGiven) return all;
            IReadOnlyList<ArchivedImage> fitting =
                [.. all.Where(image => wanted.Fits(image.Config.Os, image.Config.Architecture, image.Config.Variant))];
            return fitting.Count > 0 ? fitting : throw GantryException.NotFound($"archive: it holds no image for {wanted}");
        }
        if (archive.Contains(OciArchive.IndexFile))
        {
            IReadOnlyList<ArchivedImage> images = OciArchive.Read(archive, wanted);
            return images.Count > 0 ? images
                : throw GantryException.Invalid($"archive: {OciArchive.IndexFile} lists no image for {wanted}");
        }
        if (archive.Contains(LegacyArchive.RepositoriesFile))
            return LegacyArchive.Read(archive, DiffIdOf, content => store.Content.Put(content, lease.PinBlob));
        throw GantryException.Invalid("archive: it holds no image: none of manifest.json, index.json and repositories is in it");
    }

    private string DiffIdOf(Descriptor layer)
    {
        using Stream content = Decompression.Open(store.Content.Open(layer.Digest));
        return Digest.FromHash(SHA256.HashData(content));
    }

    private void Announce(Image image, IReadOnlyList<Reference> names, IReadOnlyList<string?> before, Action<JsonMessage> report)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (before[i] is { } old)
                report(new JsonMessage { Stream =
                    $"The image {names[i].Familiar} already exists, renaming the old one with ID {old} to empty string\n" });
            report(new JsonMessage { Stream = $"Loaded image: {names[i].Familiar}\n" });
        }
        if (names.Count == 0) report(new JsonMessage { Stream = $"Loaded image ID: {image.Id}\n" });
        store.Events.Publish(image, "load", image.Id);
    }

    private static Action<string, long, long> Progress(Action<JsonMessage> report)
    {
        Lock gate = new();
        Dictionary<string, long> reported = new(StringComparer.Ordinal);
        return (diffId, current, total) =>
        {
            lock (gate)
            {
                if (current < total && current - reported.GetValueOrDefault(diffId) < ProgressStep) return;
                reported[diffId] = current;
                report(new JsonMessage { Status = "Loading layer", Id = diffId[7..19],
                    ProgressDetail = new ProgressDetail { Current = current, Total = total },
                    Progress = ProgressBar.Draw(current, total) });
            }
        };
    }
}
