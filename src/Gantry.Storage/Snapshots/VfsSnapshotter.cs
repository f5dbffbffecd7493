namespace Gantry.Storage;

/// <summary>Every layer and every container is a whole copy: needs nothing of the kernel, costs the space. The fallback where overlay does not work.</summary>
public sealed class VfsSnapshotter(string dataRoot) : DirectorySnapshotter(Path.Combine(dataRoot, "vfs"))
{
    private const string Tree = "root";

    public override string Name => "vfs";

    public override bool Independent => false;

    public override string? UpperDirectory(string key) => null;

    /// <summary>What the container has more than its image.</summary>
    public override long Usage(string key)
    {
        RootFs mount = Mount(key);
        string? lower = mount.Lower.Count > 0 ? mount.Lower[0] : null;
        return Math.Max(0, TreeUsage.Measure(mount.Source!) - (lower is null ? 0 : TreeUsage.Measure(lower)));
    }

    public override IReadOnlyDictionary<string, string> Describe(string key) =>
        new Dictionary<string, string> { ["Dir"] = Mount(key).Source! };

    public override IReadOnlyDictionary<string, string> DescribeImage(IReadOnlyList<string> chainIds) =>
        chainIds.Count > 0 && Layer(chainIds[^1]) is { } top ? new Dictionary<string, string> { ["Dir"] = TreeOf(top) } : [];

    protected override void Populate(string path, IReadOnlyList<LayerRecord> layers) => NewTree(path, layers.Count > 0 ? layers[0] : null);

    protected override RootFs Mount(string path, IReadOnlyList<LayerRecord> layers) =>
        new("bind", layers.Count > 0 ? [TreeOf(layers[0])] : [], null, null, Path.Combine(path, Tree), []);

    private protected override string BeginLayer(string path, LayerRecord? parent) => NewTree(path, parent);

    private protected override IWhiteouts NewWhiteouts() => new RemovingWhiteouts();

    private string NewTree(string path, LayerRecord? copied)
    {
        string tree = Path.Combine(path, Tree);
        Directory.CreateDirectory(tree);
        File.SetUnixFileMode(tree, (UnixFileMode)0x1ED);
        if (copied is not null) SnapshotFiles.Copy(TreeOf(copied), tree);
        return tree;
    }

    private string TreeOf(LayerRecord layer) => Path.Combine(Root, layer.CacheId, Tree);
}
