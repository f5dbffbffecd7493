using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Gantry.Storage.Layers;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Build.Files;

/// <summary>Archives that ADD unpacks: recognised by what is in them, whatever they are called.</summary>
internal static class LocalArchive
{
    /// <returns>Its content uncompressed; null for what is none.</returns>
    public static Stream? TryOpen(ISourceTree tree, SelectedDirectory source)
    {
        SelectedFile file = source.Files[0];
        if (file.Status.Kind != FileKind.Regular || file.Status.Size == 0 || !IsArchive(tree, source, file)) return null;
        return Decompression.OpenAny(Open(tree, source, file));
    }

    /// <summary>Names that begin with <c>.wh.</c> are names like others, and the archive's owners count.</summary>
    public static void Unpack(Stream archive, DirectoryHandle root, byte[] target, CancellationToken cancellation)
    {
        LayerLimits limits = new() { Subject = "the archive" };
        TreeExtract.Run(root, archive, new ExtractRules { Directory = target, KeepTop = true, Unshared = true }, cancellation, limits);
    }

    private static bool IsArchive(ISourceTree tree, SelectedDirectory source, in SelectedFile file)
    {
        using FileStream stream = Open(tree, source, file);
        try
        {
            using Stream content = Decompression.OpenAny(stream);
            return new TarReader(content).Next() is not null;
        }
        catch (GantryException e) when (e.Kind == ErrorKind.InvalidArgument)
        {
            // Compressed, or no archive at all: a file like others.
            return false;
        }
    }

    private static FileStream Open(ISourceTree tree, SelectedDirectory source, in SelectedFile file)
    {
        int errno = tree.Root.TryOpenInRoot(source.Path, out DirectoryHandle? directory);
        SafeFileHandle? handle = null;
        if (errno == 0)
            using (directory) errno = directory!.TryOpenFile(file.Name, out handle);
        return errno == 0 ? new FileStream(handle!, FileAccess.Read, 0)
            : throw new KernelException("open", errno, PathBytes.Show(LayerPath.Join(source.Path, file.Name)));
    }
}
