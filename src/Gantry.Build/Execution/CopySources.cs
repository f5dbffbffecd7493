using Gantry.Build.Files;
using Gantry.Build.Graph;

namespace Gantry.Build.Execution;

/// <summary>A source of a copy, found.</summary>
/// <param name="Selection">Null for a repository that is not fetched yet.</param>
/// <param name="Mode">What it gets unless the step says another one; null for its own.</param>
/// <param name="IsRemote">It came over the network: it is unpacked only when that is said.</param>
internal sealed record OpenSource(SourceSelection? Selection, ModeChange? Mode, bool IsRemote)
{
    /// <summary>It comes from another image, with its owners, unless the step says another one.</summary>
    public bool KeepsOwners { get; init; }
}

/// <summary>The sources of one copy, open from the making of its key on until it is done.</summary>
internal sealed class CopySources(StepStores stores) : IDisposable
{
    private readonly List<IDisposable> _held = [];
    private readonly List<OpenSource> _open = [];
    /// <summary>By their places among the others: they are opened only when the copy is made.</summary>
    private readonly Dictionary<int, FetchedRepository> _repositories = [];

    /// <summary>Complete after <see cref="FetchAsync(CopyVertex, CancellationToken)"/>.</summary>
    public IReadOnlyList<OpenSource> Open => _open;

    /// <param name="trees">What the vertices gave that the step copies from, in their order.</param>
    /// <exception cref="GantryException">NotFound: a source is not there, in Docker's words.</exception>
    public async Task OpenAsync(CopyVertex step, IReadOnlyList<BuiltTree> trees, CancellationToken cancellation)
    {
        int tree = 0;
        foreach (CopySource source in step.Sources)
        {
            _open.Add(source switch
            {
                ContextSource files => Find(step, stores.Contexts.Find(files.Name) ?? throw NoContext(step), Inside(step, files.Patterns),
                    "file not found in build context or excluded by .dockerignore: ", cancellation),
                TreeSource files => Find(step, Hold(trees[tree++]), files.Patterns, "", cancellation) with
                {
                    KeepsOwners = step.Owner is null,
                },
                InlineSource inline => Find(step, Hold(new InlineFile(stores.Settings, inline)), [inline.Name], "", cancellation),
                AddressSource address => await FetchAsync(step, address, cancellation),
                RepositorySource repository => await FindAsync(repository, cancellation),
                _ => throw new ArgumentException($"{source.GetType().Name} is no kind of source"),
            });
        }
        // How many a pattern finds is known here first.
        if (_open.Sum(source => source.Selection?.Sources.Count ?? 1) > 1 && !step.Destination.EndsWith('/'))
            throw GantryException.Invalid(
                $"When using {step.Verb} with more than one source file, the destination must be a directory and end with a /");
    }

    /// <summary>As Docker's history calls it.</summary>
    public string Kind => _open.Count != 1 || _open[0].Selection is { Sources.Count: > 1 } ? "multi"
        : _open[0].Selection is { Sources: [{ IsDirectory: false }] } ? "file" : "dir";

    /// <summary>All that decides which files come.</summary>
    public IEnumerable<string> Digests(CancellationToken cancellation) => _open.SelectMany((source, i) =>
        _repositories.TryGetValue(i, out FetchedRepository? repository) ? repository.Key
            : [source.KeepsOwners ? SelectionDigest.OfOwned(source.Selection!, cancellation)
                : SelectionDigest.Of(source.Selection!, cancellation)]);

    /// <summary>Fetches what was not needed for the key.</summary>
    public async Task FetchAsync(CopyVertex step, CancellationToken cancellation)
    {
        foreach ((int i, FetchedRepository repository) in _repositories)
            _open[i] = Find(step, await repository.OpenAsync(cancellation), ["."], "", cancellation);
    }

    private async Task<OpenSource> FindAsync(RepositorySource source, CancellationToken cancellation)
    {
        FetchedRepository repository = await FetchedRepository.FindAsync(stores.Settings, source, cancellation);
        _held.Add(repository);
        _repositories.Add(_open.Count, repository);
        return new OpenSource(null, null, IsRemote: false);
    }

    /// <remarks>They would end at the root and name another file than the author means.</remarks>
    private static IReadOnlyList<string> Inside(CopyVertex step, IReadOnlyList<string> patterns)
    {
        return patterns.FirstOrDefault(InsidePath.Climbs) is { } pattern
            ? throw GantryException.Invalid($"{step.Verb} failed: forbidden path outside the build context: {pattern} ()") : patterns;
    }

    private static OpenSource Find(CopyVertex step, ISourceTree tree, IReadOnlyList<string> patterns, string missing,
        CancellationToken cancellation)
    {
        try
        {
            SourceSelection selection = SourceSelection.Of(tree, patterns, CopyWork.RulesOf(step), cancellation);
            return selection.Sources.Count > 0 ? new OpenSource(selection, null, IsRemote: false)
                : throw GantryException.Invalid($"{step.Verb} failed: no source files were specified");
        }
        catch (MissingSourceException e)
        {
            throw GantryException.NotFound($"{step.Verb} failed: {missing}stat {e.Name}: file does not exist");
        }
    }

    private async Task<OpenSource> FetchAsync(CopyVertex step, AddressSource source, CancellationToken cancellation)
    {
        FetchedFile file = await FetchedFile.GetAsync(stores.Settings, source, step.Destination.EndsWith('/'), cancellation);
        _held.Add(file);
        // Nobody but root may read what came from somewhere, unless the author says so.
        return Find(step, file.Tree, [file.Name], "", cancellation) with { Mode = ModeChange.Parse("600"), IsRemote = true };
    }

    private ISourceTree Hold(InlineFile file)
    {
        _held.Add(file);
        return file.Tree;
    }

    private ISourceTree Hold(BuiltTree tree)
    {
        OpenTree open = new(stores, tree);
        _held.Add(open);
        return open.Files;
    }

    private static GantryException NoContext(CopyVertex step) =>
        GantryException.Invalid($"{step.Verb} failed: no source files were specified");

    public void Dispose()
    {
        for (int i = _held.Count - 1; i >= 0; i--) _held[i].Dispose();
        _held.Clear();
    }
}
