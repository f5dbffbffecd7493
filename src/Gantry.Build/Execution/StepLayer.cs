using Gantry.Build.Files;
using Gantry.Build.Graph;
using Gantry.Linux;
using Gantry.Linux.Mounts;
using Gantry.Linux.Trees;
using Gantry.Oci.Image;
using Gantry.Storage.Archives;
using Gantry.Storage.Captures;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;
using Gantry.Storage.Snapshots;

namespace Gantry.Build.Execution;

/// <summary>The writable layer of a step, over what it stands on. Disposing removes it, unless it has become the step's layer.</summary>
internal sealed class StepLayer : IDisposable
{
    private const string Prefix = "build-";

    private static readonly HashSet<string> Nothing = [];

    private readonly ISnapshotter _snapshots;
    private readonly ContentStore _content;
    private readonly BuiltTree _below;
    private readonly string _key;

    private StepLayer(ISnapshotter snapshots, ContentStore content, BuiltTree below, string key) =>
        (_snapshots, _content, _below, _key) = (snapshots, content, below, key);

    public static StepLayer Prepare(ISnapshotter snapshots, ContentStore content, BuiltTree below, string id, Lease lease)
    {
        string key = Prefix + id[..32];
        lease.PinSnapshot(key);
        snapshots.Prepare(key, below.ChainIds);
        return new StepLayer(snapshots, content, below, key);
    }

    /// <summary>Whether a writable layer is a build's: after a crash it is nobody's.</summary>
    public static bool IsKey(string key) => key.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Volatile: of an interrupted step nothing is kept, and a layer is synced before anything names it.</summary>
    public RootMount Root => _snapshots.Mount(_key).Volatile();

    /// <summary>The tree, to be written to; closed before <see cref="Take"/>.</summary>
    public MountedTree Open() => MountedTree.Of(Root.Open());

    /// <summary>What of the tree is the layer's own; null where the driver does not show it.</summary>
    public DirectoryHandle? OpenOwn() => Root is { Type: RootMount.Overlay, Upper: { } upper } ? DirectoryHandle.Open(upper) : null;

    /// <inheritdoc cref="Take(IReadOnlySet{string}, DateTimeOffset?, Lease, CancellationToken)"/>
    public TreeLayer? Take(DateTimeOffset? latest, Lease lease, CancellationToken cancellation) =>
        Take(Nothing, latest, lease, cancellation);

    /// <summary>Makes a layer of what was written.</summary>
    /// <param name="made">As in <see cref="ISnapshotter.Compare"/>.</param>
    /// <param name="latest">What is newer gets this time; null leaves all as it is.</param>
    /// <returns>Null for nothing.</returns>
    public TreeLayer? Take(IReadOnlySet<string> made, DateTimeOffset? latest, Lease lease, CancellationToken cancellation)
    {
        if (latest is { } time) SetBack(made, FileTimes.Of(time));
        Descriptor? layer = new LayerCapture(_content, _snapshots, made).Take(_key, _below.DiffIds, keep: false, lease, cancellation);
        return layer is null ? null : new TreeLayer(layer.Digest, layer);
    }

    private void SetBack(IReadOnlySet<string> made, FileTime latest)
    {
        List<byte[]> newer = [];
        _snapshots.Compare(_key, made, directoryTimes: true, change =>
        {
            if (change.Kind != ChangeKind.Deleted && change.Status.Modified.IsAfter(latest)) newer.Add(change.Path);
        });
        if (newer.Count == 0) return;
        using MountedTree tree = Open();
        foreach (byte[] path in newer)
        {
            int errno = tree.Root.TryOpenInRoot(LayerPath.Parent(path), out DirectoryHandle? parent);
            if (errno == 0)
                using (parent) errno = parent!.TrySetTime(LayerPath.Base(path), latest);
            if (errno != 0) throw new KernelException("set time of", errno, "/" + PathBytes.Show(path));
        }
    }

    public void Dispose() => _snapshots.Remove(_key);
}
