using Gantry.Oci.Image;
using Gantry.Registry;

namespace Gantry.Engine.Images;

public sealed partial class ImageStore
{
    /// <summary>Resolves and pins in one step, so that no removal comes between.</summary>
    /// <returns>Each image with the names under which it is to be saved: the one given, all tags of a repository given alone,
    /// none for an identifier.</returns>
    internal IReadOnlyList<(Image Image, IReadOnlyList<Reference> Names)> ResolveForSave(string text, ImageLease lease)
    {
        lock (_lock)
        {
            List<(Image Image, IReadOnlyList<Reference> Names)> found = [.. WholeRepository(text)];
            if (found.Count == 0) found.Add((ResolveLocked(text, out Reference? name), name is { Digest: null } ? [name] : []));
            foreach ((Image image, _) in found) lease.Blobs.UnionWith(image.Blobs);
            return found;
        }
    }

    /// <summary>The one image that a name or identifier means, pinned in the same step.</summary>
    internal Image ResolveAndPin(string text, ImageLease lease)
    {
        lock (_lock)
        {
            Image image = ResolveLocked(text, out _);
            lease.Blobs.UnionWith(image.Blobs);
            return image;
        }
    }

    /// <summary>A name without tag means every tag of the repository, whichever image each is of;
    /// that there is no <c>latest</c> is no matter.</summary>
    private IEnumerable<(Image Image, IReadOnlyList<Reference> Names)> WholeRepository(string text)
    {
        if (text.StartsWith(Digest.Prefix, StringComparison.Ordinal) || !Reference.TryParse(text, out Reference? repository)
            || repository is not { IsNameOnly: true }) return [];
        return _tags.All.Where(pair => pair.Reference.Name == repository.Name && pair.Reference.Tag is not null)
            .GroupBy(pair => pair.ImageId, pair => pair.Reference).Where(group => _images.ContainsKey(group.Key))
            .Select(group => (_images[group.Key], (IReadOnlyList<Reference>)[.. group]));
    }

    /// <summary>Repositories on the same registry that this engine knows to have had the blob,
    /// other than <paramref name="target"/> itself.</summary>
    internal IReadOnlyList<string> RepositoriesWith(string digest, Reference target)
    {
        lock (_lock)
        {
            return [.. _images.Values.Where(image => image.Blobs.Contains(digest)).SelectMany(image => _tags.Of(image.Id))
                // A name by digest says that the registry has it; a tag may be local alone.
                .Where(name => name.Digest is not null && name.Domain == target.Domain && name.Path != target.Path)
                .Select(name => name.Path).Distinct()];
        }
    }

    /// <summary>Tags of a repository, for pushing all of them.</summary>
    public IReadOnlyList<Reference> TagsIn(Reference repository)
    {
        lock (_lock)
            return [.. _tags.All.Select(pair => pair.Reference).Where(name => name.Name == repository.Name && name.Tag is not null)];
    }
}
