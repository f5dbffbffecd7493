using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Build.Files;

/// <summary>Collects one source: a directory's files, then the directories in it.</summary>
/// <param name="start">Where the names of the target begin, from the root.</param>
internal sealed class SelectionWalk(SourceSelection selection, byte[] start)
{
    /// <summary>Each level holds a descriptor; as deep as a layer may be.</summary>
    private const int MaxDepth = 2048;

    private readonly List<SelectedDirectory> _directories = [];
    private readonly Dictionary<string, List<SelectedFile>> _byTarget = new(StringComparer.Ordinal);

    public IReadOnlyList<SelectedDirectory> Directories => _directories;

    public void AddTop(in FileStatus status) => Open(start, [], status);

    /// <param name="target">The name that it gets.</param>
    public void AddFile(byte[] path, byte[] target, in FileStatus status)
    {
        if (status.Kind == FileKind.Socket || selection.IsExcluded(target)) return;
        selection.Counted(status);
        Open(LayerPath.Parent(path).ToArray(), [], default).Add(new SelectedFile(LayerPath.Base(path).ToArray(), target, status));
    }

    public void AddContent(byte[] path, byte[] target, in FileStatus status, int depth)
    {
        int errno = selection.Tree.Root.TryOpenInRoot(path, out DirectoryHandle? directory);
        if (errno != 0) throw new KernelException("open directory", errno, PathBytes.Show(path));
        using (directory) AddContent(directory!, path, target, status, depth);
    }

    private void AddContent(DirectoryHandle directory, byte[] path, byte[] target, in FileStatus status, int depth)
    {
        if (depth > MaxDepth)
            throw GantryException.Invalid($"{PathBytes.Show(path)[..200]}…: directories are nested more than {MaxDepth} deep");
        List<SelectedFile> files = Open(path, target, status);
        List<(byte[] Name, byte[] Target, FileStatus Status)> below = [];
        foreach (DirectoryEntry entry in directory.SortedEntries())
        {
            byte[] full = LayerPath.Join(target, entry.Name);
            bool excluded = selection.IsExcluded(full);
            if (excluded && !(entry.Kind is FileKind.Directory or null && selection.MayIncludeBelow(full))) continue;
            if (directory.TryStatus(entry.Name, out FileStatus found) is var errno and not 0)
                throw new KernelException("read status of", errno, PathBytes.Show(LayerPath.Join(path, entry.Name)));
            if (found.Kind == FileKind.Directory) below.Add((entry.Name, full, found));
            else if (!excluded && found.Kind != FileKind.Socket) Take(files, entry.Name, found);
        }
        foreach ((byte[] name, byte[] full, FileStatus found) in below) AddBelow(directory, path, name, full, found, depth);
    }

    private void AddBelow(DirectoryHandle directory, byte[] path, byte[] name, byte[] target, in FileStatus status, int depth)
    {
        if (directory.TryOpen(name, out DirectoryHandle? below) is var errno and not 0)
            throw new KernelException("open directory", errno, PathBytes.Show(LayerPath.Join(path, name)));
        int before = _directories.Count;
        using (below) AddContent(below!, LayerPath.Join(path, name), target, status, depth + 1);
        // One that is left out comes along only with what is taken in again.
        if (selection.IsExcluded(target) && _directories.Skip(before).All(one => one.Files.Count == 0)) Close(before);
        else selection.Counted(status);
    }

    private void Close(int first)
    {
        for (int i = first; i < _directories.Count; i++) _byTarget.Remove(ByteText.Of(_directories[i].Target));
        _directories.RemoveRange(first, _directories.Count - first);
    }

    /// <summary>A match with the directories that it lies in, each once.</summary>
    public void AddWithParents(byte[] path)
    {
        byte[] target = TargetOf(path);
        if (target.Length == 0)
        {
            foreach (DirectoryEntry entry in EntriesOf(path)) AddWithParents(LayerPath.Join(path, entry.Name));
            return;
        }
        if (selection.IsExcluded(target)) return;
        FileStatus status = StatusOf(path);
        if (status.Kind == FileKind.Socket || _byTarget.ContainsKey(ByteText.Of(target))) return;
        List<SelectedFile> parent = OpenParents(LayerPath.Parent(path).ToArray());
        if (status.Kind != FileKind.Directory)
        {
            byte[] name = LayerPath.Base(path).ToArray();
            if (!parent.Exists(file => file.Name.AsSpan().SequenceEqual(name))) Take(parent, name, status);
            return;
        }
        selection.Counted(status);
        AddContent(path, target, status, 0);
    }

    private List<SelectedFile> OpenParents(byte[] path)
    {
        byte[] target = TargetOf(path);
        if (_byTarget.TryGetValue(ByteText.Of(target), out List<SelectedFile>? files)) return files;
        OpenParents(LayerPath.Parent(path).ToArray());
        FileStatus status = StatusOf(path);
        selection.Counted(status);
        return Open(path, target, status);
    }

    private byte[] TargetOf(byte[] path) => start.Length == 0 ? path : path.Length == start.Length ? [] : path[(start.Length + 1)..];

    private List<SelectedFile> Open(byte[] path, byte[] target, in FileStatus status)
    {
        List<SelectedFile> files = [];
        _directories.Add(new SelectedDirectory(path, target, status, files));
        _byTarget[ByteText.Of(target)] = files;
        return files;
    }

    private void Take(List<SelectedFile> files, byte[] name, in FileStatus status)
    {
        selection.Counted(status);
        files.Add(new SelectedFile(name, name, status));
    }

    private FileStatus StatusOf(byte[] path)
    {
        int errno = selection.Tree.Root.TryOpenInRoot(LayerPath.Parent(path), out DirectoryHandle? parent);
        FileStatus status = default;
        if (errno == 0)
            using (parent) errno = parent!.TryStatus(LayerPath.Base(path), out status);
        return errno == 0 ? status : throw new KernelException("read status of", errno, PathBytes.Show(path));
    }

    private List<DirectoryEntry> EntriesOf(byte[] path)
    {
        int errno = selection.Tree.Root.TryOpenInRoot(path, out DirectoryHandle? directory);
        if (errno != 0) throw new KernelException("open directory", errno, PathBytes.Show(path));
        using (directory) return directory!.SortedEntries();
    }
}
