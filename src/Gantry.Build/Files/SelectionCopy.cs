using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Build.Files;

/// <summary>Copies a selection into the root file system of a container to be.</summary>
/// <remarks>
/// As BuildKit does: a directory on the way is made with 0755, a destination that is there keeps its mode and owner, a directory of the
/// source gives its mode to one of the same name, a directory never replaces anything else, nor the reverse.
/// </remarks>
public static class SelectionCopy
{
    /// <param name="root">Hostile: every path is resolved inside. Nobody else changes it meanwhile.</param>
    /// <exception cref="GantryException">Invalid: something at the destination is in the way, or an archive is damaged.
    /// What came before is there.</exception>
    /// <exception cref="KernelException">The disk or the file system refuses.</exception>
    public static void Run(SourceSelection selection, DirectoryHandle root, CopyOptions options, CancellationToken cancellation)
    {
        CopyDestination destination = new(root, options.Owner ?? (0, 0), own: options.Own);
        (uint, uint)? owner = options.Owner ?? (options.KeepsOwners ? null : (0, 0));
        NewestTime newest = new();
        foreach (SelectedSource source in selection.Sources)
        {
            byte[] target = destination.Resolve(options.Destination);
            if (options.NeedsParent) RequireParent(destination, target);
            if (!source.IsDirectory && options.Unpack
                && TryUnpack(selection.Tree, source.Directories[0], destination, target, newest, cancellation)) continue;
            SourceCopy copy = new(selection.Tree, destination, owner, options.Mode, newest, cancellation)
            {
                Time = options.Time, Replaces = options.Replaces,
            };
            if (!source.IsDirectory) CopyFile(source.Directories[0], destination, target, options.IsDirectory, copy);
            else if (options.Whole) CopyWhole(source, destination, target, options, copy);
            else CopyContent(source, destination, target, options, copy);
        }
        destination.SetTimes(options.MadeTime ?? newest.Value);
    }

    private static void CopyContent(SelectedSource source, CopyDestination destination, byte[] target, CopyOptions options, SourceCopy copy)
    {
        MakeWay(destination, target, options);
        destination.OpenOrMake(target).Dispose();
        copy.CopyTree(source.Directories, target);
    }

    /// <remarks>The directory that it goes into stands for the top of the copy, and the source is one of those below.</remarks>
    private static void CopyWhole(SelectedSource source, CopyDestination destination, byte[] target, CopyOptions options, SourceCopy copy)
    {
        if (options.IsDirectory && destination.KindOf(target) is null) destination.OpenOrMake(target).Dispose();
        if (destination.KindOf(target) == FileKind.Directory) target = LayerPath.Join(target, source.Name);
        // The root has no name of its own, and there is nothing that it could be copied into but what is there.
        if (source.Name.Length == 0 || target.Length == 0)
        {
            CopyContent(source, destination, target, options, copy);
            return;
        }
        MakeWay(destination, target, options);
        bool isThere = destination.KindOf(target) is not null;
        byte[] parent = LayerPath.Parent(target).ToArray(), name = LayerPath.Base(target).ToArray();
        destination.OpenOrMake(parent).Dispose();
        if (isThere) destination.Open(target).Dispose();
        SelectedDirectory top = new([], [], default, []);
        copy.CopyTree([top, .. source.Directories.Select(one => one with
        {
            Target = one.Target.Length == 0 ? name : LayerPath.Join(name, one.Target),
        })], parent, isThere ? 2 : 1);
    }

    private static void MakeWay(CopyDestination destination, byte[] target, CopyOptions options)
    {
        if (destination.KindOf(target) is null or FileKind.Directory) return;
        if (!options.Replaces) throw SourceCopy.NoDirectory(target);
        using DirectoryHandle parent = destination.Open(LayerPath.Parent(target).ToArray());
        TreeRemoval.Remove(parent, LayerPath.Base(target));
    }

    private static void RequireParent(CopyDestination destination, byte[] target)
    {
        if (target.Length > 0 && destination.KindOf(LayerPath.Parent(target).ToArray()) is null)
            throw GantryException.NotFound($"failed to stat /{PathBytes.Show(target)}: no such file or directory");
    }

    private static void CopyFile(SelectedDirectory source, CopyDestination destination, byte[] target, bool isDirectory, SourceCopy copy)
    {
        SelectedFile file = source.Files[0];
        if (!isDirectory && destination.KindOf(target) != FileKind.Directory)
        {
            file = file with { Target = LayerPath.Base(target).ToArray() };
            target = LayerPath.Parent(target).ToArray();
        }
        using DirectoryHandle directory = destination.OpenOrMake(target);
        copy.CopyFile(source, file, directory, target);
    }

    private static bool TryUnpack(ISourceTree tree, SelectedDirectory source, CopyDestination destination, byte[] target,
        NewestTime newest, CancellationToken cancellation)
    {
        using Stream? archive = LocalArchive.TryOpen(tree, source);
        if (archive is null) return false;
        newest.Add(source.Files[0].Status.Modified);
        using (destination.OpenOrMake(target)) LocalArchive.Unpack(archive, destination.Root, target, cancellation);
        return true;
    }
}
