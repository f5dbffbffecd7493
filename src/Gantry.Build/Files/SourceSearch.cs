using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Build.Files;

/// <summary>Finds what the pattern of a source fits, in the order of names.</summary>
internal sealed class SourceSearch(DirectoryHandle root, bool anyDepth, long maxMatches)
{
    /// <summary>As deep as a layer may be.</summary>
    private const int MaxDepth = 2048;

    private readonly List<byte[]> _found = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    /// <summary>Where <c>**</c> has led to already, by another way.</summary>
    private readonly HashSet<(string Path, int At)> _passed = [];

    /// <param name="names">Of a source that has a pattern among them.</param>
    public IReadOnlyList<byte[]> Find(byte[] directory, IReadOnlyList<NamePattern> names)
    {
        _passed.Clear();
        Descend(directory, names, 0);
        return _found;
    }

    private void Descend(byte[] path, IReadOnlyList<NamePattern> names, int at)
    {
        if (at == names.Count)
        {
            Add(path);
            return;
        }
        NamePattern name = names[at];
        if (name.IsAnyDepth && anyDepth) DescendAnywhere(path, names, at);
        else if (!name.IsPattern) Descend(LayerPath.Join(path, PathBytes.Of(name.Text)), names, at + 1);
        else
        {
            foreach (DirectoryEntry entry in EntriesOf(path))
            {
                if (!name.Matches(entry.Name)) continue;
                byte[] below = LayerPath.Join(path, entry.Name);
                if (at == names.Count - 1) Add(below);
                else if (IsDirectory(below)) Descend(below, names, at + 1);
            }
        }
    }

    private void DescendAnywhere(byte[] path, IReadOnlyList<NamePattern> names, int at)
    {
        if (!_passed.Add((ByteText.Of(path), at))) return;
        bool last = at == names.Count - 1;
        if (!last) Descend(path, names, at + 1);
        if (path.AsSpan().Count((byte)'/') > MaxDepth) throw GantryException.Invalid($"directories are nested more than {MaxDepth} deep");
        foreach (DirectoryEntry entry in EntriesOf(path))
        {
            byte[] below = LayerPath.Join(path, entry.Name);
            if (last) Add(below);
            else if (IsDirectory(below)) DescendAnywhere(below, names, at);
        }
    }

    private void Add(byte[] path)
    {
        if (StatusOf(path) is null || !_known.Add(ByteText.Of(path))) return;
        if (_found.Count == maxMatches) throw GantryException.Invalid($"a source fits more than {maxMatches} names");
        _found.Add(path);
    }

    private List<DirectoryEntry> EntriesOf(byte[] path)
    {
        if (root.TryOpenInRoot(path, out DirectoryHandle? directory) != 0) return [];
        using (directory) return directory!.SortedEntries();
    }

    private bool IsDirectory(byte[] path) => StatusOf(path) is { Kind: FileKind.Directory };

    /// <returns>Of the entry itself; null where there is none.</returns>
    public FileStatus? StatusOf(byte[] path)
    {
        if (root.TryOpenInRoot(LayerPath.Parent(path), out DirectoryHandle? parent) is var refused and not 0)
            return refused is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP or Errno.ENAMETOOLONG ? null
                : throw new KernelException("open directory of", refused, PathBytes.Show(path));
        using (parent) return parent!.TryStatus(LayerPath.Base(path), out FileStatus status) == 0 ? status : null;
    }
}
