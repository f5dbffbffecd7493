using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>One line of the list of images.</summary>
public readonly record struct ListedImage(Image Image, IReadOnlyList<Reference> Names);

/// <summary>Lists images, newest first, by Docker's filters.</summary>
public sealed class ImageList(ImageStore store)
{
    private static readonly HashSet<string> Known = ["dangling", "label", "label!", "before", "since", "reference", "until"];

    /// <exception cref="GantryException">Invalid: a filter is unknown or its value makes no sense; NotFound: an image named in one.</exception>
    public IReadOnlyList<ListedImage> Run(IReadOnlyDictionary<string, IReadOnlyList<string>> filters)
    {
        foreach (string key in filters.Keys)
            if (!Known.Contains(key)) throw GantryException.Invalid($"invalid filter '{key}'");
        DateTimeOffset? before = Bound(filters, "before"), since = Bound(filters, "since"), until = ImageUntil.Parse(filters, store.Time);
        bool? dangling = Flag(filters, "dangling");
        IReadOnlyList<string> patterns = filters.GetValueOrDefault("reference") ?? [];

        List<ListedImage> found = [];
        foreach (Image image in store.All)
        {
            if (before is not null && !(image.Created < before) || since is not null && !(image.Created > since) || until is not null && !(image.Created < until)) continue;
            if (!ImageLabels.Match(image, filters)) continue;
            IReadOnlyList<Reference> names = store.NamesOf(image.Id);
            bool isDangling = names.Count == 0;
            if (dangling is not null && dangling != isDangling) continue;
            if (patterns.Count > 0)
            {
                names = [.. names.Where(name => patterns.Any(pattern => ReferencePattern.Matches(pattern, name)))];
                if (names.Count == 0) continue;
            }
            found.Add(new ListedImage(image, names));
        }
        found.Sort((a, b) => Nullable.Compare(b.Image.Created, a.Image.Created) is var order and not 0 ? order : string.CompareOrdinal(a.Image.Id, b.Image.Id));
        return found;
    }

    private DateTimeOffset? Bound(IReadOnlyDictionary<string, IReadOnlyList<string>> filters, string key) =>
        filters.TryGetValue(key, out IReadOnlyList<string>? values) && values.Count > 0 ? store.Resolve(values[0]).Created ?? DateTimeOffset.MinValue : null;

    internal static bool? Flag(IReadOnlyDictionary<string, IReadOnlyList<string>> filters, string key)
    {
        if (!filters.TryGetValue(key, out IReadOnlyList<string>? values) || values.Count == 0) return null;
        return values[0].ToLowerInvariant() switch
        {
            "true" or "1" or "t" => true,
            "false" or "0" or "f" => false,
            _ => throw GantryException.Invalid($"invalid filter '{key}=[{values[0]}]'"),
        };
    }
}
