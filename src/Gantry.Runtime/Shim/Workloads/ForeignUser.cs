using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Init;

namespace Gantry.Runtime.Shim.Workloads;

/// <summary>Names of users, which only our own init looks up inside: other runtimes take numbers, and would run the process as root.</summary>
internal static class ForeignUser
{
    /// <param name="root">Where the container's root can be seen from outside; what is in it is anybody's.</param>
    /// <exception cref="Containers.LaunchException">There is no such user or group.</exception>
    internal static OciUser Resolve(OciUser user, string root)
    {
        if (string.IsNullOrEmpty(user.Username)) return user;
        using SafeFileDescriptor directory = LinuxFile.OpenDirectory(root);
        using SafeFileDescriptor? passwd = RootedPath.OpenIfThere(directory, "etc/passwd", OpenFlags.Path), group = RootedPath.OpenIfThere(directory, "etc/group", OpenFlags.Path);
        ResolvedUser found = UserLookup.Resolve(user, PathOf(passwd), PathOf(group));
        return user with { Uid = found.Uid, Gid = found.Gid, AdditionalGids = found.Groups, Username = null };
    }

    // No file reads as an empty one.
    private static string PathOf(SafeFileDescriptor? file) => file is null ? "/dev/null" : $"/proc/self/fd/{file.Number}";
}
