using System.Text.RegularExpressions;

namespace Gantry.Build.Repositories;

/// <summary>A git repository as Docker writes it: <c>address[#[ref][:directory]]</c>.</summary>
/// <param name="Remote">With name and password, if it has any; never an option.</param>
/// <param name="Reference">A branch, tag, full name of a reference, or commit; empty for what the repository itself begins with.</param>
/// <param name="Directory">In the repository; empty for its top.</param>
public sealed partial record GitAddress(string Remote, string Reference, string Directory)
{
    private const int MaxLength = 4096;

    /// <summary>Over ssh the keys of whoever git runs as count.</summary>
    public bool IsShell => Remote.StartsWith("git@", StringComparison.Ordinal) || Remote.StartsWith("ssh://", StringComparison.Ordinal);

    /// <summary>For people: without name and password.</summary>
    public string Shown => Own().Replace(Remote, "$1");

    /// <summary>As git is told it: what it is told it writes into the repository, and whoever lists processes sees it. So it is told no
    /// password; see <see cref="Credentials"/>. Over ssh the name says whose keys count.</summary>
    public string Told => IsWeb ? Shown : Remote;

    /// <summary>A line of git's own file of credentials: what the address has of them; null for nothing.</summary>
    public string? Credentials
    {
        get
        {
            if (!IsWeb || Own().Match(Remote) is not { Success: true } found) return null;
            // What stands before the last @ is no host; a token may stand for the name alone.
            string who = found.Groups[2].Value.Replace("@", "%40", StringComparison.Ordinal);
            return $"{found.Groups[1].Value}{who}{(who.Contains(':') ? "" : ":")}@{Remote[found.Length..].Split('/')[0]}";
        }
    }

    private bool IsWeb =>
        Remote.StartsWith("http://", StringComparison.Ordinal) || Remote.StartsWith("https://", StringComparison.Ordinal);

    /// <param name="text">What a context or a source is called.</param>
    /// <param name="bareHosts">Also <c>github.com/…</c>, which may be a directory's name as well.</param>
    /// <returns>Null for what is no repository.</returns>
    /// <exception cref="GantryException">Invalid: it is one, and git cannot be told of it.</exception>
    public static GitAddress? Find(string text, bool bareHosts)
    {
        (string remote, string fragment) = Cut(text, '#');
        bool isBare = remote.StartsWith("github.com/", StringComparison.Ordinal);
        bool isWeb = remote.StartsWith("http://", StringComparison.Ordinal) || remote.StartsWith("https://", StringComparison.Ordinal);
        bool isOne = isBare ? bareHosts : isWeb ? remote.EndsWith(".git", StringComparison.Ordinal)
            : remote.StartsWith("git://", StringComparison.Ordinal) || remote.StartsWith("git@", StringComparison.Ordinal)
                || remote.StartsWith("ssh://", StringComparison.Ordinal);
        if (!isOne) return null;
        (string reference, string directory) = Cut(fragment, ':');
        GitAddress address = new(isBare ? "https://" + remote : remote, reference, directory);
        address.Check();
        return address;
    }

    /// <summary>One whose parts are known: any address that git is given by http, https, git or ssh.</summary>
    /// <exception cref="GantryException">Invalid: it is none, or git cannot be told of it.</exception>
    public static GitAddress Of(string remote, string reference, string directory)
    {
        GitAddress address = new(remote, reference, directory);
        if (!address.IsWeb && !address.IsShell && !remote.StartsWith("git://", StringComparison.Ordinal))
            throw GantryException.Invalid($"invalid address of a git repository: {address.Shown}");
        address.Check();
        return address;
    }

    /// <summary>What somebody says, with no name or password of any address in it.</summary>
    public static string Masked(string text) => Anybodys().Replace(text, "://");

    private void Check()
    {
        if (Remote.Length > MaxLength || Remote.Any(c => char.IsControl(c) || c == ' '))
            throw GantryException.Invalid($"invalid address of a git repository: {Shown}");
        // As git has it: what would be an option, a pattern, a range or two references is no reference.
        if (Reference.StartsWith('-') || Reference.Length > MaxLength || Reference.Contains("..", StringComparison.Ordinal)
            || Reference.Any(c => char.IsControl(c) || c is ' ' or '~' or '^' or ':' or '?' or '*' or '[' or '\\'))
            throw GantryException.Invalid($"invalid refspec: {Reference}");
        if (Directory.Length > MaxLength || Directory.Contains('\0'))
            throw GantryException.Invalid($"invalid directory of a git repository: {Directory}");
    }

    private static (string Before, string After) Cut(string text, char mark) =>
        text.IndexOf(mark) is >= 0 and var at ? (text[..at], text[(at + 1)..]) : (text, "");

    [GeneratedRegex("^((?:https?|git|ssh)://)([^/]*)@")]
    private static partial Regex Own();

    [GeneratedRegex(@"://[^/\s]*@")]
    private static partial Regex Anybodys();
}
