using Gantry.Registry;
using Gantry.Storage.Roots;

namespace Gantry.Engine.Images;

/// <summary>What a check of the store finds of images, and what a repair does.</summary>
internal sealed class ImageRepair(ImageTable table, ImageRecords records, BrokenImages broken, ImageRemove removal,
    PostponedArchives archives, ImageLeases leases)
{
    /// <inheritdoc cref="BrokenImages.HoldsLayers"/>
    public bool HoldsLayers => broken.HoldsLayers;

    /// <inheritdoc cref="BrokenImages.Archives"/>
    public IReadOnlyList<(string ChainId, string? Parent, string DiffId, string Blob)> ArchivesOfBroken() => broken.Archives();

    /// <summary>Records that were set aside and of which nothing can be made: of images that are here again,
    /// or that never reached the disk.</summary>
    public IReadOnlyList<string> UselessRecords() =>
        [.. records.SetAside().Where(one => !broken.Contains(one.Id)).Select(one => one.Path)];

    /// <summary>Images that are known, but would not be after a restart, or would be others.</summary>
    public IReadOnlyList<(Image Image, string What)> LostRecords()
    {
        lock (table.Gate)
            return [.. table.All.Select(image => (Image: image, What: records.WrongWith(image))).Where(one => one.What is not null)
                .Select(one => (one.Image, one.What!))];
    }

    public void Rewrite(Image image)
    {
        lock (table.Gate)
            if (table.Find(image.Id) is { } now) table.Save(now);
    }

    /// <summary>Names that point at nothing.</summary>
    public IReadOnlyList<(Reference Name, string ImageId)> LostNames()
    {
        lock (table.Gate)
            return [.. table.Tags.All.Where(pair => table.Find(pair.ImageId) is null && !broken.Contains(pair.ImageId))];
    }

    public void Unname(Reference name) => broken.Unname(name);

    /// <inheritdoc cref="ImageRemove.Drop"/>
    public void Drop(Image image) => removal.Drop(image);

    /// <inheritdoc cref="PostponedArchives.SourceOf"/>
    public string? ArchiveSource(Image image, string digest) => archives.SourceOf(image, digest);

    /// <inheritdoc cref="PostponedArchives.WrongWith"/>
    public string? WrongWithArchive(string chainId, string digest, CancellationToken cancellation) =>
        archives.WrongWith(chainId, digest, cancellation);

    public void MakeArchives(Image image)
    {
        using Lease lease = leases.Open();
        archives.Require(image, lease);
    }
}
