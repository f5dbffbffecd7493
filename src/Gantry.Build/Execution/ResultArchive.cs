using Gantry.Build.Graph;
using Gantry.Storage.Archives;

namespace Gantry.Build.Execution;

/// <summary>The files of a tree as an archive: as they are, with owners and times.</summary>
internal static class ResultArchive
{
    /// <param name="directory">In the archive, with its own attributes; empty for the archive's root, which is not mentioned.</param>
    public static void Write(StepStores stores, BuiltTree tree, TarWriter tar, byte[] directory)
    {
        using OpenTree open = new(stores, tree);
        TreeArchive archive = new(tar);
        if (directory.Length > 0) archive.AddTree(open.Files.Root, [], directory);
        else archive.AddContent(open.Files.Root, []);
    }
}
