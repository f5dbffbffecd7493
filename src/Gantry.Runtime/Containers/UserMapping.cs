using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Launching;

namespace Gantry.Runtime.Containers;

/// <summary>Who the container's users are outside: user_namespaces(7), "User and group ID mappings".</summary>
internal static class UserMapping
{
    /// <summary>The accounts may be on another machine.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>For the container's own namespace. A user who is not root may map himself without asking,
    /// and more through newuidmap(1).</summary>
    public static void Write(int pid, OciLinux linux)
    {
        uint user = ThisProcess.EffectiveUser;
        if (user == 0)
        {
            if (linux.UidMappings is not { Count: > 0 } uids || linux.GidMappings is not { Count: > 0 } gids)
                throw GantryException.Invalid("a user namespace needs uidMappings and gidMappings");
            Write(pid, uids, gids);
            return;
        }
        IReadOnlyList<OciIdMapping> ownUid = linux.UidMappings is { Count: > 0 } u ? u : [new OciIdMapping { HostID = user, Size = 1 }];
        IReadOnlyList<OciIdMapping> ownGid = linux.GidMappings is { Count: > 0 } g ? g
            : [new OciIdMapping { HostID = ThisProcess.EffectiveGroup, Size = 1 }];
        if (IsSelf(ownUid, user)) LinuxFile.WriteText($"/proc/{pid}/uid_map", Lines(ownUid));
        else MapByProgram("newuidmap", pid, ownUid);
        if (IsSelf(ownGid, ThisProcess.EffectiveGroup))
        {
            // The kernel's condition: otherwise a user could leave a group that takes rights away.
            LinuxFile.WriteText($"/proc/{pid}/setgroups", "deny");
            LinuxFile.WriteText($"/proc/{pid}/gid_map", Lines(ownGid));
        }
        else MapByProgram("newgidmap", pid, ownGid);
    }

    /// <summary>As root, for any namespace.</summary>
    public static void Write(int pid, IReadOnlyList<OciIdMapping> uids, IReadOnlyList<OciIdMapping> gids)
    {
        LinuxFile.WriteText($"/proc/{pid}/uid_map", Lines(uids));
        LinuxFile.WriteText($"/proc/{pid}/gid_map", Lines(gids));
    }

    private static bool IsSelf(IReadOnlyList<OciIdMapping> mappings, uint self) => mappings is [{ Size: 1 } only] && only.HostID == self;

    // Installed with the rights that it takes, and bound to what /etc/subuid and /etc/subgid give this user.
    private static void MapByProgram(string program, int pid, IReadOnlyList<OciIdMapping> mappings)
    {
        List<string> arguments = [pid.ToString()];
        foreach (OciIdMapping mapping in mappings)
            arguments.AddRange([mapping.ContainerID.ToString(), mapping.HostID.ToString(), mapping.Size.ToString()]);
        Subprocess.Result result;
        try
        {
            result = Subprocess.RunAsync(program, arguments, limit: Limit).GetAwaiter().GetResult();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw LaunchException.UnableToStart(
                $"{program}: {Errno.Message(e.NativeErrorCode)}: to map more than your own ID, install it (package uidmap)");
        }
        if (result.ExitCode != 0) throw LaunchException.UnableToStart($"{program}: {result.Error.Trim()}");
    }

    public static string Lines(IReadOnlyList<OciIdMapping> mappings) =>
        string.Concat(mappings.Select(static m => $"{m.ContainerID} {m.HostID} {m.Size}\n"));
}
