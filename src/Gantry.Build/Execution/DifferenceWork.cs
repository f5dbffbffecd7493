using Gantry.Build.Graph;
using Gantry.Build.Solver;
using Gantry.Storage.Archives;
using Gantry.Storage.Captures;
using Gantry.Storage.Content;
using Gantry.Storage.Snapshots;

namespace Gantry.Build.Execution;

/// <summary>The difference of two trees of which none stands on the other, as a step.</summary>
internal sealed class DifferenceWork(StepStores stores)
{
    private const int BufferSize = 256 << 10;

    public static string Key(IReadOnlyList<BuiltTree> inputs) => new KeyText("difference").Add(inputs[0].Name).Add(inputs[1].Name).Finish();

    public TreeLayer? Run(IReadOnlyList<BuiltTree> inputs, CancellationToken cancellation)
    {
        using OpenTree lower = new(stores, inputs[0]), upper = new(stores, inputs[1]);
        using ContentWriter blob = stores.Content.Begin();
        using BufferedStream buffer = new(new ContentWriterStream(blob), BufferSize);
        if (TreeDifference.Write(lower.Files.Root, upper.Files.Root, buffer, cancellation) == 0) return null;
        string diffId = blob.Commit(null, stores.Lease.PinBlob);
        TreeLayer layer = new(diffId, new Oci.Image.Descriptor { Digest = diffId, Size = blob.Length });
        string chain = BuiltTree.Empty.With(layer).Name;
        stores.Lease.PinLayer(chain);
        if (!stores.Snapshots.Contains(chain))
        {
            using ILayerUnpack unpack = stores.Snapshots.Unpack(null);
            unpack.Apply(stores.Content.Open(diffId), cancellation);
            unpack.Commit(chain, diffId);
        }
        return layer;
    }
}
