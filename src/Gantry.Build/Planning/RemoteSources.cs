using Gantry.Build.Dockerfile.Instructions;
using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Graph;
using Gantry.Build.Repositories;

namespace Gantry.Build.Planning;

/// <summary>Sources of ADD that are not in the context: repositories, and files of the network.</summary>
internal static class RemoteSources
{
    private const int ShortestCommit = 7, LongestCommit = 64;

    /// <returns>Null for a file of the context.</returns>
    /// <exception cref="DockerfileException">It is an address, and a wrong one.</exception>
    public static CopySource? Find(Word word, AddInstruction add)
    {
        try
        {
            // What may be a directory's name as well is one.
            if (GitAddress.Find(word.Text, bareHosts: false) is { } repository)
                return new RepositorySource(repository, add.KeepGitDirectory, Commit(add.Checksum));
        }
        catch (GantryException e)
        {
            throw word.Refuse(e.Message);
        }
        if (!word.Text.StartsWith("http://", StringComparison.Ordinal) && !word.Text.StartsWith("https://", StringComparison.Ordinal))
            return add.Checksum is { } checksum ? throw checksum.Refuse("checksum can't be specified for a source of the context") : null;
        return Uri.TryCreate(word.Text, UriKind.Absolute, out Uri? address) ? new AddressSource(address, add.Checksum?.Text)
            : throw word.Refuse($"invalid address: {word.Text}");
    }

    private static string? Commit(Word? checksum)
    {
        if (checksum is not { } said) return null;
        return said.Text.Length is >= ShortestCommit and <= LongestCommit && said.Text.All(char.IsAsciiHexDigit)
            ? said.Text.ToLowerInvariant()
            : throw said.Refuse($"invalid checksum {said.Text}: a repository's is the name of a commit, in hexadecimal digits");
    }
}
