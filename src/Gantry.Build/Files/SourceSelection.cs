using Gantry.Build.Dockerfile.Ignore;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Gantry.Storage.Layers;

namespace Gantry.Build.Files;

/// <summary>What the sources of one COPY or ADD are, found once: its digest is made of it, and it is copied.</summary>
/// <remarks>
/// A source that is a link, or has links on its way, is followed inside the root, and keeps its name; links inside a directory stay links.
/// A directory stands for what is in it. In the order of the sources, and of the bytes of the names below each.
/// </remarks>
public sealed class SourceSelection
{
    private readonly SelectionRules _rules;
    private readonly SourceSearch _search;
    private readonly CancellationToken _cancellation;
    private readonly List<SelectedSource> _sources = [];

    private SourceSelection(ISourceTree tree, SelectionRules rules, CancellationToken cancellation)
    {
        (Tree, _rules, _cancellation) = (tree, rules, cancellation);
        _search = new SourceSearch(tree.Root, rules.Parents, rules.MaxEntries);
    }

    public ISourceTree Tree { get; }

    /// <summary>Nothing where patterns alone were given and none fits.</summary>
    public IReadOnlyList<SelectedSource> Sources => _sources;

    /// <summary>Names that are copied, directories too.</summary>
    public long Count { get; private set; }

    /// <summary>Content of the files, in bytes.</summary>
    public long Size { get; private set; }

    /// <param name="sources">As they are written, such as <c>a.txt</c>, <c>dir/</c>, <c>*.go</c>, <c>.</c>;
    /// <c>..</c> ends at the root.</param>
    /// <exception cref="MissingSourceException">One that is no pattern is not there, or a link leads nowhere.</exception>
    /// <exception cref="GantryException">Invalid: no pattern, or more than the rules allow.</exception>
    public static SourceSelection Of(ISourceTree tree, IReadOnlyList<string> sources, SelectionRules rules,
        CancellationToken cancellation)
    {
        SourceSelection selection = new(tree, rules, cancellation);
        foreach (string source in sources)
            if (rules.Parents) selection.AddWithParents(source);
            else selection.Add(source);
        return selection;
    }

    /// <summary>One source by its name, in which nothing is a pattern.</summary>
    /// <inheritdoc cref="Of"/>
    public static SourceSelection OfPath(ISourceTree tree, string path, CancellationToken cancellation)
    {
        SourceSelection selection = new(tree, new SelectionRules(), cancellation);
        selection.AddFollowed(PathBytes.Of(CleanPath.Of("/" + path)[1..]), path);
        return selection;
    }

    private void Add(string source)
    {
        if (_rules.IsLiteral)
        {
            AddFollowed(PathBytes.Of(CleanPath.Of("/" + source)[1..]), source);
            return;
        }
        IReadOnlyList<NamePattern> names = NamePattern.Parse(source);
        if (names.Any(name => name.IsPattern))
        {
            foreach (byte[] found in _search.Find([], names)) AddFollowed(found, PathBytes.Show(found));
        }
        else
        {
            AddFollowed(PathBytes.Of(string.Join('/', names.Select(name => name.Text))), source);
        }
    }

    private void AddFollowed(byte[] path, string shown)
    {
        byte[] resolved = Resolve(path, shown, followLast: !_rules.KeepsLinks);
        FileStatus status = StatusOf(resolved) ?? throw new MissingSourceException(shown);
        SelectionWalk walk = new(this, resolved);
        if (status.Kind == FileKind.Directory) walk.AddContent(resolved, [], status, 0);
        else walk.AddFile(resolved, LayerPath.Base(path).ToArray(), status);
        Take(status.Kind == FileKind.Directory, walk, LayerPath.Base(path).ToArray());
    }

    /// <summary>What stands before <c>/./</c> is where the names of the target begin.</summary>
    private void AddWithParents(string source)
    {
        int pivot = source.IndexOf("/./", StringComparison.Ordinal);
        string shown = pivot < 0 ? "" : source[..pivot];
        byte[] start = Resolve(PathBytes.Of(string.Join('/', NamePattern.Parse(shown).Select(name => name.Text))), shown);
        FileStatus status = StatusOf(start) ?? throw new MissingSourceException(source);
        IReadOnlyList<NamePattern> names = NamePattern.Parse(pivot < 0 ? source : source[(pivot + 3)..]);
        IReadOnlyList<byte[]> found = _search.Find(start, names);
        if (found.Count == 0 && !names.Any(name => name.IsPattern)) throw new MissingSourceException(source);
        SelectionWalk walk = new(this, start);
        walk.AddTop(status);
        foreach (byte[] path in found) walk.AddWithParents(path);
        Take(true, walk, []);
    }

    private void Take(bool isDirectory, SelectionWalk walk, byte[] name)
    {
        if (walk.Directories.Count > 0) _sources.Add(new SelectedSource(isDirectory, walk.Directories) { Name = name });
    }

    private byte[] Resolve(byte[] path, string shown, bool followLast = true)
    {
        try
        {
            return LinkResolution.Resolve(Tree.Root, path, followLast);
        }
        catch (KernelException e) when (e.Errno is Errno.ELOOP)
        {
            throw new MissingSourceException(shown);
        }
    }

    private FileStatus? StatusOf(byte[] resolved) => _search.StatusOf(resolved);

    internal bool IsExcluded(byte[] target) => _rules.Exclude is { IsEmpty: false } exclude && exclude.IsExcluded(target);

    internal bool MayIncludeBelow(byte[] target) => _rules.Exclude is { } exclude && exclude.MayIncludeBelow(ByteText.Of(target));

    internal void Counted(in FileStatus status)
    {
        _cancellation.ThrowIfCancellationRequested();
        if (++Count > _rules.MaxEntries) throw GantryException.Invalid($"the sources have more than {_rules.MaxEntries} entries");
        if (status.Kind == FileKind.Regular) Size += status.Size;
    }
}
