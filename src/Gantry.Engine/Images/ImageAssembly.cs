using Gantry.Oci.Image;
using Gantry.Registry;
using Gantry.Storage.Roots;

namespace Gantry.Engine.Images;

/// <summary>An image of layers that are here: what a build gives.</summary>
public sealed class ImageAssembly(ImageStore store)
{
    /// <param name="configuration">The bytes that its identifier is the digest of.</param>
    /// <param name="layers">Bottom first; pinned.</param>
    public Image Run(byte[] configuration, IReadOnlyList<Descriptor> layers, IReadOnlyList<Reference> names, Lease lease)
    {
        string id = store.Content.Put(configuration, lease.PinBlob);
        (Image image, _) = store.Add(id, ImageManifest.Put(store.Content, lease, id, layers), []);
        Name(image, names);
        return image;
    }

    /// <summary>One that was there already.</summary>
    public void Name(Image image, IReadOnlyList<Reference> names)
    {
        foreach (Reference name in names) store.Tag(image.Id, name.Name, name.Tag);
    }
}
