using Gantry.Build.Graph;
using Gantry.Storage.Archives;

namespace Gantry.Build.Execution;

/// <summary>The files of a tree as an archive: as they are, with owners and times.</summary>
internal static class ResultArchive
{
    public static void Write(StepStores stores, BuiltTree tree, Stream output)
    {
        using OpenTree open = new(stores, tree);
        // Not disposed when something fails: an end mark would make half an archive a whole one.
        TarWriter tar = new(output);
        new TreeArchive(tar).AddContent(open.Files.Root, []);
        tar.Dispose();
    }
}
