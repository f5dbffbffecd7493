using Gantry.Build.Graph;
using Gantry.Linux.Mounts;
using Gantry.Oci.Image;
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

    public RootMount Root => _snapshots.Mount(_key);

    /// <summary>The tree, to be written to; closed before <see cref="Take"/>.</summary>
    public MountedTree Open() => MountedTree.Of(Root.Open());

    /// <inheritdoc cref="Take(IReadOnlySet{string}, Lease, CancellationToken)"/>
    public TreeLayer? Take(Lease lease, CancellationToken cancellation) => Take(Nothing, lease, cancellation);

    /// <summary>Makes a layer of what was written.</summary>
    /// <param name="made">As in <see cref="ISnapshotter.Compare"/>.</param>
    /// <returns>Null for nothing.</returns>
    public TreeLayer? Take(IReadOnlySet<string> made, Lease lease, CancellationToken cancellation)
    {
        Descriptor? layer = new LayerCapture(_content, _snapshots, made).Take(_key, _below.DiffIds, keep: false, lease, cancellation);
        return layer is null ? null : new TreeLayer(layer.Digest, layer);
    }

    public void Dispose() => _snapshots.Remove(_key);
}
