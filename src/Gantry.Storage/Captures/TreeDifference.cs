using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Gantry.Storage.Snapshots;

namespace Gantry.Storage.Captures;

/// <summary>The difference of two trees that have nothing to do with each other, as a layer's archive.</summary>
public static class TreeDifference
{
    private static readonly HashSet<string> Nothing = [];

    /// <summary>Writes what makes the one tree the other; both are looked at in full, contents too.</summary>
    /// <returns>Members of the archive; of one without any nothing is written.</returns>
    /// <exception cref="GantryException">Invalid: a file has a name that in an archive would remove another.</exception>
    public static long Write(DirectoryHandle lower, DirectoryHandle upper, Stream output, CancellationToken cancellation)
    {
        TreeArchive archive;
        using (TarWriter tar = new(output))
        {
            archive = new TreeArchive(tar);
            ComparedTrees trees = new(upper, lower, Partial: false, Since: default, []) { IsByContent = true };
            new TreeComparison(trees, Nothing, directoryTimes: true, change =>
            {
                cancellation.ThrowIfCancellationRequested();
                LayerSeal.Write(archive, change);
            }).Run();
        }
        output.Flush();
        return archive.Count;
    }
}
