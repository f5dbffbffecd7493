using Gantry.Linux.Accounts;
using Gantry.Linux.Trees;

namespace Gantry.Build.Files;

/// <summary><c>--chown</c>: names are looked up in the files of the destination.</summary>
public static class OwnerLookup
{
    /// <param name="root">Hostile.</param>
    /// <param name="owner"><c>user[:group]</c>; a number alone is the group's too, a name alone brings its account's group.</param>
    /// <exception cref="GantryException">Invalid: there is no such account.</exception>
    public static (uint User, uint Group) Find(DirectoryHandle root, string owner)
    {
        if (owner.Length > 0 && owner.All(char.IsAsciiDigit)) owner = $"{owner}:{owner}";
        Account account = AccountLookup.FindBelow(root.ProcPath, owner);
        return (account.Uid, account.Gid);
    }
}
