using Gantry.Registry.Authorization;
using Gantry.Registry.Hosts;
using Gantry.Registry.Http;

namespace Gantry.Registry.Search;

/// <summary>Looks for repositories: on the central index, or on the registry that the term begins with.</summary>
public sealed class RegistrySearch(RegistryOptions options)
{
    public const int DefaultLimit = 25, MaxLimit = 100;
    private const string Index = "index.docker.io", OfficialPrefix = "library/";

    /// <param name="term"><c>word</c>, <c>user/word</c>, or <c>registry.example:5000/word</c>.</param>
    /// <param name="limit">0 for the usual number.</param>
    /// <exception cref="GantryException">Invalid: the limit; Unavailable: nobody answers; or what the registry said.</exception>
    public async Task<IReadOnlyList<FoundRepository>> RunAsync(string term, int limit, Credentials credentials,
        CancellationToken cancellation)
    {
        if (limit == 0) limit = DefaultLimit;
        if (limit is < 1 or > MaxLimit) throw GantryException.Invalid($"limit {limit} is outside the range of [1, {MaxLimit}]");
        if (term.Contains("://", StringComparison.Ordinal))
            throw GantryException.Invalid("invalid repository name: repository name should not have a scheme");
        (string domain, string word) = Split(term);
        using RepositoryClient client =
            await new RegistrySession(options).OpenOwnAsync(new Reference { Domain = domain, Path = "search" }, credentials, cancellation);
        return await client.SearchAsync(word, limit, cancellation);
    }

    private static (string Domain, string Word) Split(string term)
    {
        int slash = term.IndexOf('/');
        string first = slash < 0 ? "" : term[..slash];
        if (first == Reference.DefaultDomain || first == Index) (first, term) = ("", term[(slash + 1)..]);
        else if (Reference.IsHost(first))
            return (ReferenceGrammar.IsDomain(first) ? first : throw GantryException.Invalid($"invalid registry \"{first}\""),
                term[(slash + 1)..]);
        return (Index, term.StartsWith(OfficialPrefix, StringComparison.Ordinal) ? term[OfficialPrefix.Length..] : term);
    }
}
