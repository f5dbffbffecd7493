using Gantry.Api.Containers;
using Gantry.Linux;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Gantry.Storage.Layers;

namespace Gantry.Engine.Containers.Files;

/// <summary>A part of a container that is about to be read; what can fail for the user has been tried.</summary>
public sealed class ContainerArchive : IDisposable
{
    private readonly ContainerTree _tree;
    private readonly ContainerPath _path;
    private readonly Predicate<DirectoryHandle> _isClosed;
    private readonly Action _read;

    /// <param name="isClosed">Directories of which the content is left out.</param>
    /// <param name="read">Called when it is read, and not merely looked at.</param>
    internal ContainerArchive(ContainerTree tree, ContainerPath path, Predicate<DirectoryHandle> isClosed, Action read) =>
        (_tree, _path, _isClosed, _read) = (tree, path, isClosed, read);

    public ContainerPathStatus Status => PathStatus.Of(_path);

    /// <summary>A tar archive whose names begin with the last part of the path as the user wrote it.</summary>
    public void Write(Stream output)
    {
        _read();
        if (_tree.Root.TryOpenInRoot(LayerPath.Parent(_path.Resolved), out DirectoryHandle? parent) != 0) return;
        using (parent)
        using (TarWriter tar = new(output))
            new TreeArchive(tar) { IsClosed = _isClosed, WholeSeconds = true }.AddTree(parent!, LayerPath.Base(_path.Resolved),
                PathBytes.Of(_path.Name));
    }

    public void Dispose() => _tree.Dispose();
}
