using Gantry.Linux.Accounts;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Launching;
using Gantry.Shim;

namespace Gantry.Runtime.Init;

/// <summary>Who the process is: numbers from the spec, or Docker's <c>user[:group]</c> looked up in the container's own files.</summary>
internal static class UserLookup
{
    /// <exception cref="LaunchException">There is no such user or group.</exception>
    public static Account Resolve(OciUser user)
    {
        user = WithGroups(user, static names => AccountLookup.FindGroups(names));
        return string.IsNullOrEmpty(user.Username)
            ? new Account(user.Uid, user.Gid, WithPrimary(user.Gid, user.AdditionalGids), AccountLookup.HomeOf(user.Uid))
            : ByName(user, static name => AccountLookup.Find(name));
    }

    /// <summary>The numbers for a name, from outside: other runtimes take nothing else, and would run the process as root.</summary>
    /// <param name="root">Where the container's root can be seen; what is in it is anybody's.</param>
    /// <exception cref="LaunchException">There is no such user or group.</exception>
    public static OciUser ResolveBelow(string root, OciUser user)
    {
        user = WithGroups(user, names => AccountLookup.FindGroupsBelow(root, names));
        if (string.IsNullOrEmpty(user.Username)) return user;
        Account found = ByName(user, name => AccountLookup.FindBelow(root, name));
        return user with { Uid = found.Uid, Gid = found.Gid, AdditionalGids = found.Groups, Username = null };
    }

    private static OciUser WithGroups(OciUser user, Func<IReadOnlyList<string>, IReadOnlyList<uint>> find)
    {
        if (user.AdditionalGroups is not { Count: > 0 } names) return user;
        try
        {
            return user with { AdditionalGids = [.. user.AdditionalGids ?? [], .. find(names)], AdditionalGroups = null };
        }
        catch (GantryException e)
        {
            throw new LaunchException(FailureStep.User, 0, e.Message);
        }
    }

    private static Account ByName(OciUser user, Func<string, Account> find)
    {
        try
        {
            Account account = find(user.Username!);
            return account with { Groups = WithPrimary(account.Gid, [.. account.Groups, .. user.AdditionalGids ?? []]) };
        }
        catch (GantryException e)
        {
            throw new LaunchException(FailureStep.User, 0, e.Message);
        }
    }

    // A program with a group of its own puts that in the place of the primary one:
    // what is forbidden to this group would be allowed then (CVE-2022-36109).
    private static List<uint> WithPrimary(uint primary, IReadOnlyList<uint>? others)
    {
        List<uint> groups = [primary];
        foreach (uint group in others ?? [])
            if (!groups.Contains(group)) groups.Add(group);
        return groups;
    }
}
