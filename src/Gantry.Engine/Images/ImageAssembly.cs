using Gantry.Oci.Image;
using Gantry.Registry;
using Gantry.Storage.Roots;

namespace Gantry.Engine.Images;

/// <summary>An image of layers that are here: what a build gives.</summary>
/// <param name="annotations">Of its manifest.</param>
public sealed class ImageAssembly(ImageStore store, IReadOnlyDictionary<string, string> annotations)
{
    /// <param name="configuration">The bytes that its identifier is the digest of.</param>
    /// <param name="layers">Bottom first; pinned.</param>
    public Image Run(byte[] configuration, IReadOnlyList<Descriptor> layers, IReadOnlyList<Reference> names, Lease lease)
    {
        if (FindWhole(Digest.Of(configuration), lease) is { } known) return Keep(known, names, lease);
        (string id, Descriptor manifest) = Put(configuration, layers, lease);
        (Image image, _) = store.Add(id, manifest, []);
        image = Annotated(image, lease);
        Name(image, names);
        return image;
    }

    /// <summary>One that nobody here shall know: as long as the lease lasts it is whole.</summary>
    /// <inheritdoc cref="Run"/>
    public Image Describe(byte[] configuration, IReadOnlyList<Descriptor> layers, Lease lease)
    {
        (string id, Descriptor manifest) = Put(configuration, layers, lease);
        return store.Describe(id, manifest);
    }

    /// <summary>One that was there already.</summary>
    public Image Name(Image image, IReadOnlyList<Reference> names)
    {
        foreach (Reference name in names) store.Tag(image.Id, name.Name, name.Tag);
        return image;
    }

    /// <summary>One that was there already, and is what was built.</summary>
    public Image Keep(Image image, IReadOnlyList<Reference> names, Lease lease) => Name(Annotated(image, lease), names);

    /// <summary>As <see cref="Describe(byte[], IReadOnlyList{Descriptor}, Lease)"/>, of one that was there already.</summary>
    public Image Describe(Image image, Lease lease) => annotations.Count == 0 ? image
        : store.Describe(image.Id, ImageManifest.Put(store.Content, lease, image.Id, image.Layers, annotations));

    private (string Id, Descriptor Manifest) Put(byte[] configuration, IReadOnlyList<Descriptor> layers, Lease lease)
    {
        string id = store.Content.Put(configuration, lease.PinBlob);
        return (id, ImageManifest.Put(store.Content, lease, id, layers, annotations));
    }

    /// <returns>An image that is recorded, pinned; null where it is not, or lacks what it is described by.</returns>
    private Image? FindWhole(string id, Lease lease)
    {
        if (store.Find(id) is null) return null;
        try
        {
            Image image = store.ResolveAndPin(id, null, lease);
            return store.Content.Contains(id) && store.Content.Contains(image.Manifest) ? image : null;
        }
        catch (GantryException e) when (e.Kind == ErrorKind.NotFound)
        {
            // It went just now.
            return null;
        }
    }

    /// <summary>The same configuration may have been built before, with other annotations.</summary>
    private Image Annotated(Image image, Lease lease)
    {
        if (annotations.Count == 0) return image;
        IReadOnlyDictionary<string, string> known = store.Forms.AnnotationsOf(image);
        bool isSame = known.Count == annotations.Count && annotations.All(one => known.GetValueOrDefault(one.Key) == one.Value);
        if (isSame) return image;
        return store.Forms.Replace(image, ImageManifest.Put(store.Content, lease, image.Id, image.Layers, annotations));
    }
}
