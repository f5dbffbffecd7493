using Gantry.Build.Files;
using Gantry.Build.Graph;
using Gantry.Build.Repositories;
using Gantry.Linux.Trees;

namespace Gantry.Build.Execution;

/// <summary>A repository that ADD names: which commit it is, asked at once; its files, fetched when they are needed.</summary>
internal sealed class FetchedRepository : IDisposable
{
    private readonly RepositorySource _source;
    private readonly GitClone _clone;
    private GitCommit _commit = new(null, null);
    private string? _fetched;
    private DirectoryHandle? _root;

    private FetchedRepository(BuildSettings settings, RepositorySource source)
    {
        _source = source;
        _clone = new GitClone(source.Address, StepDirectory.NewPath(settings), settings.Repositories, ownKeys: false);
    }

    /// <exception cref="GantryException">There is no such repository or commit, or it is another one than it should be.</exception>
    public static async Task<FetchedRepository> FindAsync(BuildSettings settings, RepositorySource source, CancellationToken cancellation)
    {
        FetchedRepository repository = new(settings, source);
        try
        {
            repository._commit = await repository._clone.ResolveAsync(cancellation);
            if (repository._commit.Name is null) await repository.FetchAsync(cancellation);
            repository.Check(repository.Name);
            return repository;
        }
        catch
        {
            repository.Dispose();
            throw;
        }
    }

    /// <summary>The commit's, or that of a tag where the address has it in full; the same before and after it is fetched.</summary>
    private string Name => _commit.Name ?? _fetched!;

    /// <summary>All that decides which files it gives.</summary>
    public IReadOnlyList<string> Key =>
    [
        "git", _source.Address.Shown, Name, _source.Address.Directory, _source.KeepGit ? "1" : "0",
        // With git's own files also the branch comes along.
        _source.KeepGit ? _commit.Reference ?? "" : "",
    ];

    public async Task<ISourceTree> OpenAsync(CancellationToken cancellation)
    {
        if (_fetched is null) await FetchAsync(cancellation);
        return new RootTree(_root ??= DirectoryHandle.Open(_clone.FindDirectory()));
    }

    private async Task FetchAsync(CancellationToken cancellation) =>
        _fetched = await _clone.CheckOutAsync(_commit, _source.KeepGit, cancellation);

    private void Check(string commit)
    {
        if (_source.Commit is { } wanted && !commit.StartsWith(wanted, StringComparison.Ordinal))
            throw GantryException.Invalid($"ADD failed: expected checksum to match {wanted}, got {commit}");
    }

    public void Dispose()
    {
        _root?.Dispose();
        _clone.Dispose();
    }
}
