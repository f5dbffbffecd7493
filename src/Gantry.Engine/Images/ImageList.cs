using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>One line of the list of images.</summary>
public readonly record struct ListedImage(Image Image, IReadOnlyList<Reference> Names);

/// <summary>Lists images, newest first.</summary>
public sealed class ImageList(ImageStore store)
{
    /// <exception cref="GantryException">NotFound: an image named in the query; Invalid: a pattern that is none.</exception>
    public IReadOnlyList<ListedImage> Run(ImageQuery query)
    {
        foreach (string pattern in query.References) ReferencePattern.Check(pattern);
        DateTimeOffset before = query.Before.Select(Created).DefaultIfEmpty(DateTimeOffset.MaxValue).Min(),
            since = query.Since.Select(Created).DefaultIfEmpty(DateTimeOffset.MinValue).Max();
        List<ListedImage> found = [];
        foreach (Image image in store.All)
        {
            if (!query.FitsByItself(image) || (query.Before.Count > 0 && !(image.Created < before))
                || (query.Since.Count > 0 && !(image.Created > since))) continue;
            IReadOnlyList<Reference> names = store.NamesOf(image.Id);
            if (query.Dangling is { } dangling && dangling != (names.Count == 0)) continue;
            IReadOnlyList<Reference> fitting = [.. names.Where(query.Fits)];
            if (query.References.Count == 0 || fitting.Count > 0) found.Add(new ListedImage(image, fitting));
        }
        found.Sort((a, b) => Nullable.Compare(b.Image.Created, a.Image.Created) is var order and not 0 ? order
            : string.CompareOrdinal(a.Image.Id, b.Image.Id));
        return found;
    }

    private DateTimeOffset Created(string reference) => store.Resolve(reference).Created ?? DateTimeOffset.MinValue;
}
