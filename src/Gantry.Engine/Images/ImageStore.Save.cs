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

    /// <summary>Repositories on the same registry that this engine knows to have had the blob, other than <paramref name="target"/> itself.</summary>
    internal IReadOnlyList<string> RepositoriesWith(string digest, Reference target)
    {
        lock (_lock)
        {
            return [.. _images.Values.Where(image => image.Blobs.Contains(digest)).SelectMany(image => _tags.Of(image.Id))
                // A name by digest says that the registry has it; a tag may be local alone.
                .Where(name => name.Digest is not null && name.Domain == target.Domain && name.Path != target.Path).Select(name => name.Path).Distinct()];
        }
    }

    /// <summary>Tags of a repository, for pushing all of them.</summary>
    public IReadOnlyList<Reference> TagsIn(Reference repository)
    {
        lock (_lock) return [.. _tags.All.Select(pair => pair.Reference).Where(name => name.Name == repository.Name && name.Tag is not null)];
    }
}
