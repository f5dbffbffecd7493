using Gantry.Build.Files;
using Gantry.Build.Graph;

namespace Gantry.Build.Execution;

/// <summary>What one step of changes copies: found when its key is made, open until it is done.</summary>
internal sealed class CopiedTrees(StepStores stores) : IDisposable
{
    private readonly Dictionary<string, OpenTree> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<CopyAction, SourceSelection> _found = new(ReferenceEqualityComparer.Instance);

    /// <param name="trees">What the vertices gave that the step copies from, in their order.</param>
    /// <exception cref="GantryException">NotFound: a source is not there.</exception>
    public void Open(FilesVertex step, IReadOnlyList<BuiltTree> trees, CancellationToken cancellation)
    {
        int next = 0;
        foreach (CopyAction copy in step.Actions.OfType<CopyAction>())
            _found.TryAdd(copy, Find(copy, copy.From is null ? null : trees[next++], cancellation));
    }

    public SourceSelection Of(CopyAction copy) => _found[copy];

    /// <summary>All that decides what comes of it.</summary>
    public string KeyOf(CopyAction copy, CancellationToken cancellation)
    {
        SourceSelection found = _found[copy];
        string names = string.Join('/', found.Sources.Select(source => ByteText.Of(source.Name)));
        // Of a directory that is copied itself its own looks count.
        string digest = !copy.TakesContent ? SelectionDigest.OfMounted(found, cancellation)
            : copy.Owner is null ? SelectionDigest.OfOwned(found, cancellation) : SelectionDigest.Of(found, cancellation);
        return $"{digest} {names}";
    }

    private SourceSelection Find(CopyAction copy, BuiltTree? tree, CancellationToken cancellation)
    {
        if (tree is null && InsidePath.Climbs(copy.Source.TrimStart('/')))
            throw GantryException.Invalid($"copy failed: forbidden path outside the build context: {copy.Source}");
        ISourceTree files = tree is not null ? OpenTreeOf(tree) : stores.Contexts.Find(copy.Context)
            ?? throw GantryException.Invalid($"copy failed: the build has no files of {copy.Context}");
        try
        {
            SourceSelection found = SourceSelection.Of(files, [copy.Source], FilesWork.RulesOf(copy), cancellation);
            return found.Sources.Count > 0 || copy.MayBeNothing ? found
                : throw GantryException.NotFound($"copy failed: {copy.Source} not found");
        }
        catch (MissingSourceException e)
        {
            throw GantryException.NotFound($"copy failed: stat {e.Name}: file does not exist");
        }
    }

    private ISourceTree OpenTreeOf(BuiltTree tree)
    {
        if (!_open.TryGetValue(tree.Name, out OpenTree? open)) _open.Add(tree.Name, open = new OpenTree(stores, tree));
        return open.Files;
    }

    public void Dispose()
    {
        foreach (OpenTree open in _open.Values) open.Dispose();
        _open.Clear();
    }
}
