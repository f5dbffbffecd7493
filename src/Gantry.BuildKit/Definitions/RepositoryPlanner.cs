using System.Text;
using Gantry.Build.Graph;
using Gantry.Build.Repositories;
using Gantry.BuildKit.Protocol.GraphApi;

namespace Gantry.BuildKit.Definitions;

/// <summary>A git repository, checked out as a tree of its own.</summary>
internal sealed class RepositoryPlanner(IGraphSources sources)
{
    /// <param name="address">Without a scheme.</param>
    public async Task<CopyVertex> PlanAsync(OpNode node, string address, CancellationToken cancellation)
    {
        SourceOp source = node.Op.Source;
        (string remote, string fragment) = Cut(address, '#');
        (string reference, string directory) = Cut(fragment, ':');
        remote = "https://" + remote;
        bool keepGit = false;
        string? header = null, token = null, commit = null;
        foreach ((string name, string value) in source.Attrs)
        {
            switch (name)
            {
                case "git.fullurl": remote = Cut(value, '#').Before; break;
                case "git.keepgitdir": keepGit = value == "true"; break;
                case "git.authheadersecret": header = value; break;
                case "git.authtokensecret": token = value; break;
                case "git.checksum": commit = CommitOf(source, value); break;
                // Whose keys count over ssh is for the administrator of this host to say: it is refused below.
                case "git.knownsshhosts" or "git.mountsshsock": break;
                default: throw SourcePlanner.Unknown(source, name, value);
            }
        }
        GitAddress known = GitAddress.Of(await WithCredentialsAsync(remote, header, token, cancellation), reference, directory);
        if (known.IsShell)
            throw GantryException.Unsupported($"the repository {known.Shown} is not fetched over ssh for a graph: give it by https");
        return new CopyVertex
        {
            Title = node.Title, Below = GraphPlanner.Nothing, Sources = [new RepositorySource(known, keepGit, commit)], Destination = "/",
            IsAdd = true, IsAlwaysMade = node.Metadata.IgnoreCache,
        };
    }

    /// <summary>What the client keeps to itself for this host, or for any: as the address has it, it is in no key and no message.</summary>
    private async Task<string> WithCredentialsAsync(string remote, string? header, string? token, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(remote, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https")
            || address.UserInfo.Length > 0) return remote;
        foreach ((string? name, bool isToken) in ((string?, bool)[])[(header, false), (token, true)])
        {
            if (string.IsNullOrEmpty(name)) continue;
            byte[]? secret = await sources.FindSecretAsync($"{name}.{address.Host}", cancellation)
                ?? await sources.FindSecretAsync(name, cancellation);
            if (secret is null) continue;
            string text = Encoding.UTF8.GetString(secret).Trim();
            (string user, string password) = isToken ? ("x-access-token", text) : Basic(name, text);
            string who = $"{Uri.EscapeDataString(user)}:{Uri.EscapeDataString(password)}";
            return $"{address.Scheme}://{who}@{remote[(address.Scheme.Length + 3)..]}";
        }
        return remote;
    }

    private static (string User, string Password) Basic(string name, string header)
    {
        const string basic = "basic ";
        if (!header.StartsWith(basic, StringComparison.OrdinalIgnoreCase))
            throw GantryException.Unsupported(
                $"the secret {name} is no header of a name and a password (basic …): others git is not given");
        try
        {
            (string user, string password) = Cut(Encoding.UTF8.GetString(Convert.FromBase64String(header[basic.Length..].Trim())), ':');
            return (user, password);
        }
        catch (FormatException)
        {
            throw GantryException.Invalid($"the secret {name} is no header of a name and a password");
        }
    }

    private static string CommitOf(SourceOp source, string value) =>
        value.Length is >= 7 and <= 64 && value.All(char.IsAsciiHexDigit) ? value.ToLowerInvariant()
            : throw GantryException.Invalid($"invalid git.checksum of {source.Identifier}: {value}");

    private static (string Before, string After) Cut(string text, char mark) =>
        text.IndexOf(mark) is >= 0 and var at ? (text[..at], text[(at + 1)..]) : (text, "");
}
