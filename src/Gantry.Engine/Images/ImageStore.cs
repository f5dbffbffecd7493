using Gantry.Engine.Events;
using Gantry.Oci.Image;
using Gantry.Registry;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Images;

/// <summary>The images that are here and their names: puts together what each knows of them.</summary>
/// <remarks>
/// Kept: one record per image and one file of names; blobs in the content store, layers in the snapshotter.
/// Derived: which blobs and layers are needed.
/// </remarks>
public sealed class ImageStore : IDisposable
{
    private readonly ImageTable _table;
    private readonly ImageAddition _addition;
    private readonly ImageRemove _removal;
    private readonly ImageDamages _damages;
    private readonly ImageSettling _settling;

    /// <summary>Reads what is kept under <paramref name="dataRoot"/>, and tells the collector what it needs.</summary>
    /// <param name="saves">What is told again to a disk that refused; null for one of its own.</param>
    public ImageStore(string dataRoot, ContentStore content, ISnapshotter snapshotter, Collector collector, EventBus events,
        TimeProvider? time = null, PendingSaves? saves = null)
    {
        (Content, Snapshotter, Time) = (content, snapshotter, time ?? TimeProvider.System);
        // Per driver, because an image is whole only with its layers: another driver has others.
        string allDrivers = Path.Combine(dataRoot, "image"), root = Path.Combine(allDrivers, snapshotter.Name);
        LostIndex index = new(allDrivers, Path.Combine(root, "records"), content, snapshotter);
        ImageRecords records = new(Path.Combine(root, "records"), content, snapshotter);
        AtomicFile.Sweep(root);
        ForeignImages foreign = new(allDrivers, records.Directory, content);
        ContentManifests manifests = new(content);
        PostponedArchives archives = new(content, snapshotter);
        _table = new ImageTable(records, new ImageTags(Path.Combine(root, "repositories.json")), saves ?? new PendingSaves(), Time);
        BrokenImages broken = new(_table, records, content, manifests, index);
        Leases = new ImageLeases(collector);
        Events = new ImageEvents(events);
        Names = new ImageNames(_table);
        Forms = new ImageForms(_table, records, content);
        Archives = archives;
        Members = new IndexMembers(this);
        _settling = new ImageSettling(_table, content, snapshotter, archives, Leases);
        _addition = new ImageAddition(_table, records, Names, broken, _settling, Events);
        _removal = new ImageRemove(_table, Names, broken, collector, _settling, Events, () => Users);
        _damages = new ImageDamages(_table, records, broken, index, foreign, _settling, Leases);
        Repair = new ImageRepair(_table, records, broken, _removal, archives, Leases);
        _damages.LostNames = new ImageRestore(_table, records, broken, manifests, foreign, index, snapshotter).Run();
        collector.Register(new ImageRoots(_table, broken, foreign));
        if (_table.All.Any(image => !image.IsSettled || archives.IsAnyMissing(image))) _settling.Soon();
    }

    /// <summary>Set once, when the containers are known; until then no image counts as used.</summary>
    public IImageUsers? Users { get; set; }

    /// <summary>Where the blobs are.</summary>
    public ContentStore Content { get; }

    public ISnapshotter Snapshotter { get; }

    public TimeProvider Time { get; }

    internal ImageLeases Leases { get; }

    /// <summary>By the digest of a layer: one at a time makes its compressed form.</summary>
    internal KeyedGate Compressing { get; } = new();

    internal ImageEvents Events { get; }

    internal ImageNames Names { get; }

    internal ImageForms Forms { get; }

    internal PostponedArchives Archives { get; }

    internal ImageRepair Repair { get; }

    internal IndexMembers Members { get; }

    public int Count => _table.Count;

    public IReadOnlyList<Image> All => _table.All;

    /// <summary>The image by identifier, without looking at names; null when it is not here.</summary>
    public Image? Find(string id) => _table.Find(id);

    /// <summary>Names that point at the image, sorted.</summary>
    public IReadOnlyList<Reference> NamesOf(string id) => _table.NamesOf(id);

    /// <inheritdoc cref="ImageNames.TagsIn"/>
    public IReadOnlyList<Reference> TagsIn(Reference repository) => Names.TagsIn(repository);

    /// <summary>What is damaged here, and what can be done about it.</summary>
    public IReadOnlyList<Damage> Damages() => _damages.All();

    /// <inheritdoc cref="ImageSettling.Failed"/>
    public event Action<string>? SyncFailed
    {
        add => _settling.Failed += value;
        remove => _settling.Failed -= value;
    }

    /// <summary>Finds an image by <c>name[:tag]</c>, <c>name@digest</c>, identifier or a beginning of one that only one image
    /// has.</summary>
    /// <exception cref="GantryException">NotFound "No such image: x:latest"; Invalid when it can be neither name nor identifier,
    /// or fits several.</exception>
    public Image Resolve(string reference) => Names.Resolve(reference, out _);

    /// <param name="platform"><c>os[/architecture[/variant]]</c>; null takes any.</param>
    /// <exception cref="GantryException">As <see cref="Resolve(string)"/>;
    /// NotFound also when the image is for another platform.</exception>
    public Image Resolve(string reference, string? platform) =>
        Members.Choose(Resolve(reference), PlatformChoice.Parse(platform), reference);

    /// <summary>As <see cref="Resolve(string, string)"/>, for work that needs it whole until the lease ends.</summary>
    public Image ResolveAndPin(string reference, string? platform, Lease lease)
    {
        Image image = Names.ResolveAndPin(reference, lease);
        Image chosen = Members.Choose(image, PlatformChoice.Parse(platform), reference);
        return ReferenceEquals(chosen, image) ? image : Names.ResolveAndPin(chosen.Id, lease);
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

    /// <inheritdoc cref="ImageAddition.Add(string, Descriptor, IReadOnlyList{Reference})"/>
    internal (Image Image, IReadOnlyList<string?> Before) Add(string id, Descriptor manifest, IReadOnlyList<Reference> names) =>
        _addition.Add(id, manifest, names);

    /// <inheritdoc cref="ImageAddition.Describe"/>
    internal Image Describe(string id, Descriptor manifest, Descriptor? index = null) => _addition.Describe(id, manifest, index);

    /// <inheritdoc cref="ImageAddition.Name"/>
    internal IReadOnlyList<string?> Name(Image image, IReadOnlyList<Reference> names) => _addition.Name(image, names);

    /// <summary>Points a name at an image; a name that another image had is taken from it.</summary>
    /// <exception cref="GantryException">NotFound: no such image; Invalid: not a name, or one with a digest.</exception>
    public void Tag(string source, string repository, string? tag) => _addition.Tag(source, repository, tag);

    /// <param name="force">Also when a stopped container uses it, or when it has several names and was given by identifier.</param>
    /// <exception cref="GantryException">NotFound; Conflict, with the reason and whether force would help.</exception>
    public IReadOnlyList<ImageRemoval> Remove(string reference, bool force) => _removal.Run(reference, force);

    /// <inheritdoc cref="ImageRemove.RunWhole"/>
    internal IReadOnlyList<ImageRemoval> RemoveWhole(Image image, IReadOnlyList<Reference> known) => _removal.RunWhole(image, known);

    /// <summary>Waits for a sync that is under way.</summary>
    public void Dispose() => _settling.Dispose();
}
