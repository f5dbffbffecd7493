using Gantry.Oci.Image;
using Gantry.Registry;
using Gantry.Storage.Roots;

namespace Gantry.Engine.Images;

/// <summary>Finds images by what people call them.</summary>
internal sealed class ImageNames(ImageTable table)
{
    /// <inheritdoc cref="ImageStore.Resolve(string)"/>
    /// <param name="name">The name that matched, with tag or digest; null when an identifier did.</param>
    public Image Resolve(string text, out Reference? name)
    {
        name = null;
        string hex = text.StartsWith(Digest.Prefix, StringComparison.Ordinal) ? text[Digest.Prefix.Length..] : text;
        bool isHex = Digest.IsHex(hex);
        if (isHex && hex.Length == Digest.HexLength)
            return table.Find(Digest.Prefix + hex) ?? throw GantryException.NotFound($"No such image: {text}");

        Reference parsed = Reference.Parse(text);
        lock (table.Gate)
        {
            if (table.Tags.Find(parsed) is { } id && table.Find(id) is { } image)
            {
                name = parsed.WithDefaultTag();
                return image;
            }
        }
        if (isHex && FindByPrefix(hex, text) is { } found) return found;
        throw GantryException.NotFound($"No such image: {parsed.WithDefaultTag().Familiar}");
    }

    /// <summary>Resolves and pins in one step, so that no removal comes between.</summary>
    /// <returns>Each image with the names under which it is to be saved: the one given, all tags of a repository given alone,
    /// none for an identifier.</returns>
    public IReadOnlyList<(Image Image, IReadOnlyList<Reference> Names)> ResolveForSave(string text, Lease lease) => lease.Pin(roots =>
    {
        lock (table.Gate)
        {
            List<(Image Image, IReadOnlyList<Reference> Names)> found = [.. WholeRepository(text)];
            if (found.Count == 0) found.Add((Resolve(text, out Reference? name), name is { Digest: null } ? [name] : []));
            foreach ((Image image, _) in found) image.AddTo(roots);
            return found;
        }
    });

    /// <summary>The one image that a name or identifier means, pinned in the same step.</summary>
    public Image ResolveAndPin(string text, Lease lease) => lease.Pin(roots =>
    {
        lock (table.Gate)
        {
            Image image = Resolve(text, out _);
            image.AddTo(roots);
            return image;
        }
    });

    /// <summary>Repositories on the same registry that this engine knows to have had the blob,
    /// other than <paramref name="target"/> itself.</summary>
    public IReadOnlyList<string> RepositoriesWith(string digest, Reference target)
    {
        lock (table.Gate)
        {
            return [.. table.All.Where(image => image.Blobs.Contains(digest)).SelectMany(image => table.Tags.Of(image.Id))
                // A name by digest says that the registry has it; a tag may be local alone.
                .Where(name => name.Digest is not null && name.Domain == target.Domain && name.Path != target.Path)
                .Select(name => name.Path).Distinct()];
        }
    }

    /// <summary>Tags of a repository, for pushing all of them.</summary>
    public IReadOnlyList<Reference> TagsIn(Reference repository)
    {
        lock (table.Gate)
            return [.. table.Tags.All.Select(pair => pair.Reference).Where(name => name.Name == repository.Name && name.Tag is not null)];
    }

    /// <summary>A name without tag means every tag of the repository, whichever image each is of;
    /// that there is no <c>latest</c> is no matter.</summary>
    private IEnumerable<(Image Image, IReadOnlyList<Reference> Names)> WholeRepository(string text)
    {
        if (text.StartsWith(Digest.Prefix, StringComparison.Ordinal) || !Reference.TryParse(text, out Reference? repository)
            || repository is not { IsNameOnly: true }) return [];
        return table.Tags.All.Where(pair => pair.Reference.Name == repository.Name && pair.Reference.Tag is not null)
            .GroupBy(pair => pair.ImageId, pair => pair.Reference)
            .Select(group => (Image: table.Find(group.Key), Names: (IReadOnlyList<Reference>)[.. group]))
            .Where(one => one.Image is not null).Select(one => (one.Image!, one.Names));
    }

    private Image? FindByPrefix(string hex, string text)
    {
        Image? found = null;
        foreach (Image image in table.All)
        {
            if (!image.Id.AsSpan(Digest.Prefix.Length).StartsWith(hex)) continue;
            if (found is not null)
                throw GantryException.Invalid(
                    $"image identifier \"{text}\" is ambiguous: it begins both {found.ShortId} and {image.ShortId}");
            found = image;
        }
        return found;
    }
}
