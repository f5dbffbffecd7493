using Gantry.Oci.Image;
using Gantry.Registry;

namespace Gantry.Engine.Images;

public sealed partial class ImageStore
{
    /// <summary>Resolves and pins in one step, so that no removal comes between.</summary>
    /// <returns>The image with the names under which it is to be saved: the one given, all tags of a repository given alone, none for an identifier.</returns>
    internal (Image Image, IReadOnlyList<Reference> Names) ResolveForSave(string text, ImageLease lease)
    {
        lock (_lock)
        {
            Image image = ResolveLocked(text, out Reference? name);
            lease.Blobs.UnionWith(image.Blobs);
            if (name is null) return (image, []);
            bool wholeRepository = Reference.Parse(text).IsNameOnly;
            if (!wholeRepository) return (image, name.Digest is null ? [name] : []);
            return (image, [.. _tags.Of(image.Id).Where(other => other.Name == name.Name && other.Tag is not null)]);
        }
    }

    public Manifest ManifestOf(Image image) => ImageDocuments.ReadManifest(_content.Read(image.Manifest, MaxDocumentSize), image.Manifest);
}
