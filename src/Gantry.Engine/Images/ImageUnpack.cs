using Gantry.Storage.Roots;
using System.Runtime.ExceptionServices;
using Gantry.Oci.Image;
using Gantry.Storage.Archives;
using Gantry.Storage.Content;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Images;

/// <summary>Unpacks the layers of images from the content store: all that are missing,
/// at the same time where the driver allows it.</summary>
internal sealed class ImageUnpack(ContentStore content, ISnapshotter snapshotter, Lease lease)
{
    /// <summary>Each takes a thread for decompressing besides; more only quarrel over the disk.</summary>
    private static readonly int Parallelism = Math.Clamp(Environment.ProcessorCount, 1, 4);

    private readonly record struct Work(string ChainId, string? Parent, string DiffId, Descriptor Blob);

    /// <param name="progress">Told diff ID, bytes read of the blob so far, and its size; from several threads.</param>
    /// <exception cref="GantryException">Invalid: a layer is damaged, hostile or not the one that the configuration names.</exception>
    public void Run(IEnumerable<ArchivedImage> images, Action<string, long, long>? progress, CancellationToken cancellation)
    {
        List<Work> missing = Missing(images);
        if (!snapshotter.Independent)
        {
            foreach (Work work in missing) Unpack(work, progress, cancellation);
            return;
        }
        try
        {
            ParallelOptions options = new() { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellation };
            Parallel.ForEach(missing, options, work => Unpack(work, progress, cancellation));
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    /// <summary>Parents before children, each once.</summary>
    private List<Work> Missing(IEnumerable<ArchivedImage> images)
    {
        List<Work> missing = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (ArchivedImage image in images)
        {
            IReadOnlyList<string> diffIds = image.Config.RootFs?.DiffIds ?? [];
            IReadOnlyList<string> chain = Digest.ChainIds(diffIds);
            for (int i = 0; i < chain.Count; i++)
            {
                lease.PinLayer(chain[i]);
                if (seen.Add(chain[i]) && !snapshotter.Contains(chain[i]))
                    missing.Add(new Work(chain[i], i > 0 ? chain[i - 1] : null, diffIds[i], image.Layers[i]));
            }
        }
        return missing;
    }

    private void Unpack(Work work, Action<string, long, long>? progress, CancellationToken cancellation)
    {
        using ILayerUnpack unpack = snapshotter.Unpack(work.Parent);
        Stream blob = content.Open(work.Blob.Digest);
        if (progress is not null)
        {
            long read = 0;
            blob = new TeeStream(blob, piece => progress(work.DiffId, read += piece.Length, work.Blob.Size));
        }
        unpack.Apply(Decompression.Open(blob), cancellation);
        unpack.Commit(work.ChainId, work.DiffId);
    }
}
