using System.Globalization;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Containers;
using Gantry.Shim;

namespace Gantry.Runtime.Init;

/// <param name="Home">Empty when no account says.</param>
internal sealed record ResolvedUser(uint Uid, uint Gid, IReadOnlyList<uint> Groups, string Home);

/// <summary>Who the process is: numbers from the spec, or Docker's <c>user[:group]</c> looked up in the container's own files.</summary>
internal static class UserLookup
{
    private const int MaxGroups = 65536;

    internal static ResolvedUser Resolve(OciUser user, string passwd = "/etc/passwd", string group = "/etc/group")
    {
        if (!string.IsNullOrEmpty(user.Username)) return ByName(user, passwd, group);
        string home = "";
        foreach (string[] account in AccountFile.Read(passwd, 6))
        {
            if (Number(account[2]) != user.Uid) continue;
            home = account[5];
            break;
        }
        return new ResolvedUser(user.Uid, user.Gid, user.AdditionalGids ?? [], home);
    }

    private static ResolvedUser ByName(OciUser spec, string passwd, string group)
    {
        string[] parts = spec.Username!.Split(':', 2);
        (uint uid, uint gid, string home, string? name) = FindUser(parts[0], passwd);
        List<uint> groups = [];
        if (parts.Length == 2 && parts[1].Length > 0) gid = FindGroup(parts[1], group);
        // The account's supplementary groups count only where no group was named.
        else if (name is not null) groups.AddRange(GroupsOf(name, group));
        foreach (uint added in spec.AdditionalGids ?? [])
            if (!groups.Contains(added)) groups.Add(added);
        return new ResolvedUser(uid, gid, groups, home);
    }

    private static (uint Uid, uint Gid, string Home, string? Name) FindUser(string wanted, string passwd)
    {
        uint? number = Number(wanted);
        foreach (string[] account in AccountFile.Read(passwd, 6))
        {
            // A name of digits is a name first, as in Docker.
            if (account[0] != wanted && (number is null || Number(account[2]) != number)) continue;
            if (Number(account[2]) is { } uid && Number(account[3]) is { } gid) return (uid, gid, account[5], account[0]);
        }
        if (wanted.Length == 0) return (0, 0, "", null);
        if (number is { } numeric) return (numeric, 0, "", null);
        if (wanted.All(char.IsAsciiDigit)) throw Failure("uids and gids must be in range 0-2147483647");
        throw Failure($"unable to find user {wanted}: no matching entries in passwd file");
    }

    private static uint FindGroup(string wanted, string group)
    {
        uint? number = Number(wanted);
        foreach (string[] entry in AccountFile.Read(group, 3))
            if ((entry[0] == wanted || (number is not null && Number(entry[2]) == number)) && Number(entry[2]) is { } gid) return gid;
        if (number is { } numeric) return numeric;
        if (wanted.All(char.IsAsciiDigit)) throw Failure("uids and gids must be in range 0-2147483647");
        throw Failure($"unable to find group {wanted}: no matching entries in group file");
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

    private static LaunchException Failure(string message) => new(FailureStep.User, 0, message);
}
