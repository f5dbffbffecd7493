using Gantry.Oci.Image;
using Gantry.Storage.Roots;

namespace Gantry.Engine.Images;

/// <summary>Images for other platforms that the index behind an image's name lists: their blobs are here, and their layers are unpacked
/// when somebody asks for one. It has no name then, and nobody misses it once it was pruned.</summary>
internal sealed class IndexMembers(ImageStore store)
{
    /// <summary>The image, or that of its index which is for the platform.</summary>
    /// <param name="name">As the caller wrote it.</param>
    /// <exception cref="GantryException">NotFound: there is none.</exception>
    public Image Choose(Image image, PlatformChoice wanted, string name)
    {
        if (Find(image, wanted) is { } member) return Unpack(member);
        wanted.Require(image, name);
        return image;
    }

    /// <returns>Null where the image itself is meant, or nothing fits.</returns>
    private static IndexedManifest? Find(Image image, PlatformChoice wanted)
    {
        bool isItself = wanted.Fits(image.Config.Os, image.Config.Architecture, image.Config.Variant);
        if (!wanted.IsGiven || image.Index is not { } index || isItself) return null;
        return index.Images.FirstOrDefault(one => one.Descriptor.Platform is { } platform
            && wanted.Fits(platform.Os, platform.Architecture, platform.Variant));
    }

    private Image Unpack(IndexedManifest member)
    {
        string id = member.Config.Digest;
        if (store.Find(id) is { } known) return known;
        using Lease lease = store.Leases.Open();
        foreach (string blob in member.Blobs) lease.PinBlob(blob);
        OciImage config = ImageDocuments.ReadConfig(store.Content.ReadVerified(id, ImageRecords.MaxDocumentSize), id);
        new ImageUnpack(store.Content, store.Snapshotter, lease)
            .Run([new ArchivedImage(id, config, member.Layers, [], member.Descriptor)], null, CancellationToken.None);
        return store.Add(id, member.Descriptor, []).Image;
    }
}
