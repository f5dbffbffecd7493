using System.Globalization;
using Gantry.Linux.Files;

namespace Gantry.Linux.Accounts;

/// <param name="Groups">The supplementary ones.</param>
/// <param name="Home">Empty when no account says.</param>
public sealed record Account(uint Uid, uint Gid, IReadOnlyList<uint> Groups, string Home);

/// <summary>Docker's <c>user[:group]</c>, names or numbers, looked up in a container's own files.</summary>
public static class AccountLookup
{
    private const int MaxGroups = 65536;

    /// <exception cref="GantryException">Invalid: there is no such account; the text is one that Docker's clients know.</exception>
    public static Account Find(string user, string passwd = "/etc/passwd", string group = "/etc/group")
    {
        string[] parts = user.Split(':', 2);
        (uint uid, uint gid, string home, string? name) = FindUser(parts[0], passwd);
        // The account's supplementary groups count only where no group was named.
        if (parts.Length == 2 && parts[1].Length > 0) return new Account(uid, FindGroup(parts[1], group), [], home);
        return new Account(uid, gid, name is null ? [] : [.. GroupsOf(name, group)], home);
    }

    /// <summary>The same in a tree seen from outside; its links are followed as if <paramref name="root"/> were the root.</summary>
    public static Account FindBelow(string root, string user)
    {
        using SafeFileDescriptor directory = LinuxFile.OpenDirectory(root);
        using SafeFileDescriptor? passwd = RootedPath.OpenIfThere(directory, "etc/passwd", OpenFlags.Path),
            group = RootedPath.OpenIfThere(directory, "etc/group", OpenFlags.Path);
        // No file reads as an empty one.
        return Find(user, passwd?.ProcPath ?? "/dev/null", group?.ProcPath ?? "/dev/null");
    }

    /// <summary>The numbers of groups that are given by name.</summary>
    /// <exception cref="GantryException">Invalid: there is no such group; the text is one that Docker's clients know.</exception>
    public static IReadOnlyList<uint> FindGroups(IReadOnlyList<string> names, string group = "/etc/group")
    {
        List<uint> found = [];
        foreach (string name in names)
        {
            string[] entry = AccountFile.Read(group, 3).FirstOrDefault(entry => entry[0] == name)
                ?? throw GantryException.Invalid($"Unable to find group {name}: no matching entries in group file");
            found.Add(Number(entry[2]) ?? throw GantryException.Invalid("uids and gids must be in range 0-2147483647"));
        }
        return found;
    }

    /// <summary>The same in a tree seen from outside, as <see cref="FindBelow"/>.</summary>
    public static IReadOnlyList<uint> FindGroupsBelow(string root, IReadOnlyList<string> names)
    {
        using SafeFileDescriptor directory = LinuxFile.OpenDirectory(root);
        using SafeFileDescriptor? group = RootedPath.OpenIfThere(directory, "etc/group", OpenFlags.Path);
        return FindGroups(names, group?.ProcPath ?? "/dev/null");
    }

    /// <returns>Empty when no account has that number.</returns>
    public static string HomeOf(uint uid, string passwd = "/etc/passwd")
    {
        foreach (string[] account in AccountFile.Read(passwd, 6))
            if (Number(account[2]) == uid) return account[5];
        return "";
    }

    private static (uint Uid, uint Gid, string Home, string? Name) FindUser(string wanted, string passwd)
    {
        // Nobody named is root, whose account may have groups too.
        uint? number = wanted.Length == 0 ? 0 : Number(wanted);
        foreach (string[] account in AccountFile.Read(passwd, 6))
        {
            // A name of digits is a name first, as in Docker.
            if (account[0] != wanted && (number is null || Number(account[2]) != number)) continue;
            if (Number(account[2]) is { } uid && Number(account[3]) is { } gid) return (uid, gid, account[5], account[0]);
        }
        return (number ?? throw Missing("user", wanted, "passwd"), 0, "", null);
    }

    private static uint FindGroup(string wanted, string group)
    {
        uint? number = Number(wanted);
        foreach (string[] entry in AccountFile.Read(group, 3))
            if ((entry[0] == wanted || (number is not null && Number(entry[2]) == number)) && Number(entry[2]) is { } gid) return gid;
        return number ?? throw Missing("group", wanted, "group");
    }

    private static IEnumerable<uint> GroupsOf(string user, string group)
    {
        int count = 0;
        foreach (string[] entry in AccountFile.Read(group, 4))
        {
            if (!entry[3].Split(',').Contains(user) || Number(entry[2]) is not { } gid) continue;
            if (++count > MaxGroups) yield break;
            yield return gid;
        }
    }

    private static uint? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? (uint)number : null;

    private static GantryException Missing(string kind, string wanted, string file) => GantryException.Invalid(wanted.All(char.IsAsciiDigit)
        ? "uids and gids must be in range 0-2147483647"
        : $"unable to find {kind} {wanted}: no matching entries in {file} file");
}
