using Gantry.Engine.Events;
using Gantry.Linux.Trees;
using Gantry.Oci.Image;
using Gantry.Registry;
using Gantry.Storage.Content;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Images;

/// <summary>The images that are here and their names.</summary>
/// <remarks>
/// Kept: one record per image and one file of names; blobs in the content store, layers in the snapshotter.
/// Derived: which blobs and layers are needed. One lock guards the maps; no archive is read or written under it.
/// </remarks>
public sealed partial class ImageStore : IDisposable
{
    /// <summary>More than any real configuration or manifest has; keeps a hostile one out of memory.</summary>
    internal const int MaxDocumentSize = 8 << 20;

    private readonly Lock _lock = new();
    private readonly string _records;
    private readonly ContentStore _content;
    private readonly ISnapshotter _snapshotter;
    private readonly EventBus _events;
    private readonly TimeProvider _time;
    private readonly PendingSaves _saves;
    private readonly ImageTags _tags;
    private readonly Dictionary<string, Image> _images = new(StringComparer.Ordinal);

    /// <summary>Reads what is kept under <paramref name="dataRoot"/>, and removes what a crash left without an owner.</summary>
    /// <param name="saves">What is told again to a disk that refused; null for one of its own.</param>
    public ImageStore(string dataRoot, ContentStore content, ISnapshotter snapshotter, EventBus events, TimeProvider? time = null,
        PendingSaves? saves = null)
    {
        // Per driver, because an image is whole only with its layers: another driver has others.
        string allDrivers = Path.Combine(dataRoot, "image"), root = Path.Combine(allDrivers, snapshotter.Name);
        _records = Path.Combine(root, "records");
        _lostIndex = Path.Combine(root, "records.lost");
        _content = content;
        _snapshotter = snapshotter;
        NoticeLostIndex(allDrivers);
        OwnDirectory.Make(_records, (UnixFileMode)0b111_101_101);
        _events = events;
        _time = time ?? TimeProvider.System;
        AtomicFile.Sweep(root);
        AtomicFile.Sweep(_records);
        _saves = saves ?? new PendingSaves();
        _tags = new ImageTags(Path.Combine(root, "repositories.json"));
        ReadRecords();
        BreakUnrecorded();
        ReadForeignRecords(allDrivers);
        BreakAllOfLostIndex();
        RemoveLeftovers();
        snapshotter.Unreferenced += RemoveOrphanedLayers;
        if (_images.Values.Any(image => !image.IsSettled)) SettleSoon();
    }

    /// <summary>Set once, when the containers are known; until then no image counts as used.</summary>
    public IImageUsers? Users { get; set; }

    /// <summary>Where the blobs are.</summary>
    public ContentStore Content => _content;

    public ISnapshotter Snapshotter => _snapshotter;

    public TimeProvider Time => _time;

    public int Count { get { lock (_lock) return _images.Count; } }

    public IReadOnlyList<Image> All { get { lock (_lock) return [.. _images.Values]; } }

    /// <summary>The image by identifier, without looking at names; null when it is not here.</summary>
    public Image? Find(string id) { lock (_lock) return _images.GetValueOrDefault(id); }

    /// <summary>Names that point at the image, sorted.</summary>
    public IReadOnlyList<Reference> NamesOf(string id) { lock (_lock) return [.. _tags.Of(id)]; }

    /// <summary>Finds an image by <c>name[:tag]</c>, <c>name@digest</c>, identifier or a beginning of one that only one image
    /// has.</summary>
    /// <exception cref="GantryException">NotFound "No such image: x:latest"; Invalid when it can be neither name nor identifier,
    /// or fits several.</exception>
    public Image Resolve(string reference)
    {
        lock (_lock) return ResolveLocked(reference, out _);
    }

    /// <param name="platform"><c>os[/architecture[/variant]]</c>; null takes any.</param>
    /// <exception cref="GantryException">As <see cref="Resolve(string)"/>;
    /// NotFound also when the image is for another platform.</exception>
    public Image Resolve(string reference, string? platform)
    {
        Image image = Resolve(reference);
        PlatformChoice.Parse(platform).Require(image, reference);
        return image;
    }

    /// <summary>As <see cref="Resolve(string)"/>; null when there is none, or the text can be no reference.</summary>
    public Image? TryResolve(string reference)
    {
        try
        {
            return Resolve(reference);
        }
        catch (GantryException e) when (e.Kind is ErrorKind.NotFound or ErrorKind.InvalidArgument)
        {
            return null;
        }
    }

    /// <param name="name">The name that matched, with tag or digest; null when an identifier did.</param>
    private Image ResolveLocked(string text, out Reference? name)
    {
        name = null;
        string hex = text.StartsWith(Digest.Prefix, StringComparison.Ordinal) ? text[Digest.Prefix.Length..] : text;
        bool isHex = Digest.IsHex(hex);
        if (isHex && hex.Length == Digest.HexLength)
            return _images.GetValueOrDefault(Digest.Prefix + hex) ?? throw GantryException.NotFound($"No such image: {text}");

        Reference parsed = Reference.Parse(text);
        if (_tags.Find(parsed) is { } id && _images.TryGetValue(id, out Image? image))
        {
            name = parsed.WithDefaultTag();
            return image;
        }
        if (isHex && FindByPrefix(hex, text) is { } found) return found;
        throw GantryException.NotFound($"No such image: {parsed.WithDefaultTag().Familiar}");
    }

    private Image? FindByPrefix(string hex, string text)
    {
        Image? found = null;
        foreach (Image image in _images.Values)
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
