using Gantry.Linux;
using Gantry.Linux.Mounts;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Gantry.Storage.Layers;

namespace Gantry.Storage.Snapshots;

/// <summary>Layers as directories of differences, put together when a container starts: by the kernel's overlayfs, or by the program
/// fuse-overlayfs, which keeps them alike.</summary>
/// <remarks>Nothing is mounted here: <see cref="RootMount"/> says what to mount. Each layer unpacks by itself,
/// whiteouts already in overlay's form.</remarks>
public sealed class OverlaySnapshotter : DirectorySnapshotter
{
    public const string Kernel = "overlay2", Fuse = "fuse-overlayfs";

    private const string Diff = "diff", Work = "work", Merged = "merged";
    /// <summary>Overlay wants a lower layer; an empty image has none.</summary>
    private const string Empty = "empty";
    /// <summary>Every change is a whole file under its own name, whatever this kernel's defaults are:
    /// what is not in the upper directory cannot be committed.</summary>
    private static readonly string[] WholeFiles = ["redirect_dir=off", "metacopy=off", "index=off"];

    private readonly string _type;

    /// <param name="name"><see cref="Kernel"/> or <see cref="Fuse"/>.</param>
    public OverlaySnapshotter(string dataRoot, string name = Kernel) : base(Path.Combine(dataRoot, name))
    {
        Name = name;
        _type = name == Fuse ? RootMount.FuseOverlay : RootMount.Overlay;
    }

    public override string Name { get; }

    public override bool Independent => true;

    /// <summary>How fuse-overlayfs marks what is gone is its own affair.</summary>
    private protected override bool Seals => Name == Kernel;

    public override string UpperDirectory(string key) => Path.Combine(Root, key, Diff);

    public override long Usage(string key) => TreeUsage.Measure(UpperDirectory(key));

    public override IReadOnlyDictionary<string, string> Describe(string key)
    {
        RootMount mount = Mount(key);
        return new Dictionary<string, string>
        {
            ["LowerDir"] = string.Join(':', mount.Lower),
            ["MergedDir"] = Path.Combine(Root, key, Merged),
            ["UpperDir"] = mount.Upper!,
            ["WorkDir"] = mount.Work!,
        };
    }

    public override IReadOnlyDictionary<string, string> DescribeImage(IReadOnlyList<string> chainIds)
    {
        List<LayerRecord> layers = Chain(chainIds.Count > 0 ? chainIds[^1] : null);
        if (layers.Count == 0) return new Dictionary<string, string>();
        string top = Path.Combine(Root, layers[0].CacheId);
        Dictionary<string, string> data = new()
        {
            ["MergedDir"] = Path.Combine(top, Merged),
            ["UpperDir"] = Path.Combine(top, Diff),
            ["WorkDir"] = Path.Combine(top, Work),
        };
        if (layers.Count > 1) data["LowerDir"] = string.Join(':', layers.Skip(1).Select(TreeOf));
        return data;
    }

    protected override void Populate(string path, IReadOnlyList<LayerRecord> layers)
    {
        RootAttributes attributes = RootOf(layers);
        using DirectoryHandle directory = DirectoryHandle.Open(path);
        Make(directory, Diff, attributes);
        Make(directory, Work, new RootAttributes(Octal.O700, 0, 0));
        if (layers.Count == 0) OwnDirectory.Make(Path.Combine(Root, Empty), (UnixFileMode)Octal.O755);
    }

    protected override RootMount Mount(string path, IReadOnlyList<LayerRecord> layers) => new()
    {
        Type = _type,
        Lower = layers.Count > 0 ? [.. layers.Select(TreeOf)] : [Path.Combine(Root, Empty)],
        Upper = Path.Combine(path, Diff),
        Work = Path.Combine(path, Work),
        Options = Name == Fuse ? [] : WholeFiles,
    };

    private protected override ComparedTrees OpenForComparison(string path, IReadOnlyList<LayerRecord> layers)
    {
        if (Name == Fuse) return OpenWhole(path, layers);
        // Put together even when it is one: a layer's marks must not be taken for files, and an overlay wants two.
        OwnDirectory.Make(Path.Combine(Root, Empty), (UnixFileMode)Octal.O755);
        List<string> below = [.. layers.Select(TreeOf), Path.Combine(Root, Empty)];
        SafeFileDescriptor? mount = layers.Count > 0 ? OverlayMount.Create(below, null, null, []) : null;
        return new ComparedTrees(DirectoryHandle.Open(Path.Combine(path, Diff)), mount is null ? null : DirectoryHandle.Open(mount),
            Partial: true, default, mount is null ? [] : [mount]);
    }

    /// <summary>How fuse-overlayfs marks what is gone is its own affair: the container as it shows it beside the image as it shows
    /// that.</summary>
    private ComparedTrees OpenWhole(string path, IReadOnlyList<LayerRecord> layers)
    {
        string scratch = Trash.NewName(Trash.Temporary), place = Path.Combine(Root, scratch);
        Directory.CreateDirectory(place);
        try
        {
            Populate(place, layers);
            SafeFileDescriptor above = Mount(path, layers).Open(), below = Mount(place, layers).Open();
            return new ComparedTrees(DirectoryHandle.Open(above), DirectoryHandle.Open(below), Partial: false, Completed(path),
                [above, below, new Scratch(() => Discard(scratch))]);
        }
        catch
        {
            Discard(scratch);
            throw;
        }
    }

    private sealed class Scratch(Action remove) : IDisposable
    {
        public void Dispose() => remove();
    }

    private protected override string BeginLayer(string path, LayerRecord? parent)
    {
        using DirectoryHandle directory = DirectoryHandle.Open(path);
        Make(directory, Diff, new RootAttributes(Octal.O755, 0, 0));
        return Path.Combine(path, Diff);
    }

    private protected override IWhiteouts NewWhiteouts() => new OverlayWhiteouts();

    private protected override IReadOnlyList<string> Parts => [Diff, Work];

    private protected override string Scaffold => Work;

    private protected override string TreeOf(LayerRecord layer) => Path.Combine(Root, layer.CacheId, Diff);

    private protected override bool IsOwn(string name) => name == Empty;

    private static void Make(DirectoryHandle parent, string name, RootAttributes attributes)
    {
        byte[] bytes = PathBytes.Of(name);
        TreeCopy.Check(parent.TryMakeDirectory(bytes, attributes.Mode), "make directory", name);
        if (attributes.Uid != 0 || attributes.Gid != 0)
            TreeCopy.Check(parent.TrySetOwner(bytes, attributes.Uid, attributes.Gid), "set owner", name);
        // Past the umask.
        TreeCopy.Check(parent.TrySetMode(bytes, attributes.Mode), "set mode", name);
    }
}
