using Gantry.Linux.Mounts;
using Gantry.Linux.Trees;
using Gantry.Storage.Layers;

namespace Gantry.Storage.Snapshots;

/// <summary>What drivers share whose layers and containers are whole trees, each made from the one below it:
/// a layer is applied onto its parent's tree.</summary>
public abstract class TreeSnapshotter(string root) : DirectorySnapshotter(root)
{
    private const string Tree = "root";

    public sealed override bool Independent => false;

    public sealed override string? UpperDirectory(string key) => null;

    public sealed override long Usage(string key) => ChangedBytes(key);

    public sealed override IReadOnlyDictionary<string, string> Describe(string key) =>
        new Dictionary<string, string> { ["Dir"] = Mount(key).Source! };

    public sealed override IReadOnlyDictionary<string, string> DescribeImage(IReadOnlyList<string> chainIds) =>
        chainIds.Count > 0 && Layer(chainIds[^1]) is { } top ? new Dictionary<string, string> { ["Dir"] = TreeOf(top) } : [];

    protected sealed override void Populate(string path, IReadOnlyList<LayerRecord> layers) =>
        NewTree(path, layers.Count > 0 ? layers[0] : null);

    protected sealed override RootMount Mount(string path, IReadOnlyList<LayerRecord> layers) =>
        new() { Type = RootMount.Bind, Lower = layers.Count > 0 ? [TreeOf(layers[0])] : [], Source = Path.Combine(path, Tree) };

    private protected sealed override ComparedTrees OpenForComparison(string path, IReadOnlyList<LayerRecord> layers) =>
        new(DirectoryHandle.Open(Path.Combine(path, Tree)), layers.Count > 0 ? DirectoryHandle.Open(TreeOf(layers[0])) : null,
            Partial: false, Completed(path), []);

    private protected sealed override IReadOnlyList<string> Parts => [Tree];

    private protected sealed override string BeginLayer(string path, LayerRecord? parent) => NewTree(path, parent);

    private protected sealed override IWhiteouts NewWhiteouts() => new RemovingWhiteouts();

    /// <summary>Makes an empty tree of mode 0755.</summary>
    /// <param name="tree">A name that is not taken.</param>
    private protected abstract void MakeEmpty(string tree);

    /// <summary>Makes <paramref name="tree"/>, a name that is not taken, equal to another tree.</summary>
    private protected abstract void MakeCopy(string tree, string source);

    private string NewTree(string path, LayerRecord? copied)
    {
        string tree = Path.Combine(path, Tree);
        if (copied is null) MakeEmpty(tree);
        else MakeCopy(tree, TreeOf(copied));
        return tree;
    }

    private protected sealed override string TreeOf(LayerRecord layer) => Path.Combine(Root, layer.CacheId, Tree);
}
