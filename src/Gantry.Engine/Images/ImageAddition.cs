using Gantry.Linux.Processes;
using Gantry.Oci.Image;
using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>How images and their names come to be known.</summary>
internal sealed class ImageAddition(ImageTable table, ImageRecords records, ImageNames names, BrokenImages broken, ImageSettling settling,
    ImageEvents events)
{
    /// <summary>Records an image whose blobs and layers are here and pinned by the caller.
    /// One that is known already keeps its record.</summary>
    /// <param name="manifest">Its manifest in the content store.</param>
    public Image Add(string id, Descriptor manifest)
    {
        if (table.Find(id) is { } known) return known;
        Image image = records.Describe(new ImageRecord { Id = id, Manifest = manifest, UnsyncedSince = HostBoot.Id });
        lock (table.Gate)
        {
            if (table.Find(id) is { } same) return same;
            table.Save(image);
            broken.Heal(id);
        }
        settling.Soon();
        return image;
    }

    /// <summary>One whose blobs and layers are here, that is not recorded.</summary>
    public Image Describe(string id, Descriptor manifest, Descriptor? index) =>
        records.Describe(new ImageRecord { Id = id, Manifest = manifest, Index = index });

    /// <summary>Both in one step: an image that is there without a name yet is anybody's to prune.</summary>
    /// <returns>The image, and what <see cref="Name"/> returns.</returns>
    public (Image Image, IReadOnlyList<string?> Before) Add(string id, Descriptor manifest, IReadOnlyList<Reference> names)
    {
        lock (table.Gate)
        {
            bool isNew = table.Find(id) is null && !broken.Contains(id);
            Image image = Add(id, manifest);
            try
            {
                return (image, Name(image, names));
            }
            catch when (isNew)
            {
                // Nobody was told of it, and without its name nobody would look for it.
                table.Remove(id);
                throw;
            }
        }
    }

    /// <summary>Points names at an image, without an event; for load.</summary>
    /// <returns>The image that each name pointed at before, if it was another.</returns>
    public IReadOnlyList<string?> Name(Image image, IReadOnlyList<Reference> names)
    {
        string?[] before;
        bool isNews;
        lock (table.Gate)
        {
            string?[] had = names.Count == 0 ? [] : table.ChangeNames($"naming image {image.ShortId}",
                tags => names.Select(name => tags.Set(name, image.Id)).ToArray());
            isNews = IsNews(image, had);
            before = [.. had.Select(old => old != image.Id ? old : null)];
            foreach (string old in before.OfType<string>().Distinct()) table.SaveAgain(old);
            table.Touch(image.Id);
        }
        if (isNews) settling.Soon();
        return before;
    }

    /// <inheritdoc cref="ImageStore.Tag"/>
    public void Tag(string source, string repository, string? tag)
    {
        Reference name = TargetName(repository, tag);
        Image image;
        bool isNews;
        lock (table.Gate)
        {
            image = names.Resolve(source, out _);
            string? before = table.ChangeNames($"tag {name.Familiar}", tags => tags.Set(name, image.Id));
            isNews = IsNews(image, [before]);
            if (before is not null && before != image.Id) table.SaveAgain(before);
            table.Touch(image.Id);
        }
        if (isNews) settling.Soon();
        events.Publish(image, "tag", name.Familiar);
    }

    /// <summary>Whether the disk has to be told. A name that is given again is on it: who builds what was built before waits for no disk.
    /// </summary>
    /// <param name="before">What its names pointed at.</param>
    private static bool IsNews(Image image, IEnumerable<string?> before) => !image.IsSettled || before.Any(old => old != image.Id);

    /// <exception cref="GantryException">Invalid, in Docker's words.</exception>
    public static Reference TargetName(string repository, string? tag)
    {
        Reference name = Reference.Parse(repository);
        if (name.Digest is null && !string.IsNullOrEmpty(tag)) name = name.With(tag);
        if (name.Digest is not null) throw GantryException.Invalid("refusing to create a tag with a digest reference");
        // "sha256:…" could then be either.
        if (name.FamiliarName == "sha256")
            throw GantryException.Invalid("refusing to create an ambiguous tag using digest algorithm as name");
        return name.WithDefaultTag();
    }
}
