using Gantry.Linux;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Cgroups.Controllers;

/// <summary>How many processes and threads there may be. The kernel refuses further ones to be born; whoever comes in is let in.</summary>
internal static class PidsController
{
    private const string LimitFile = "pids.max", CountFile = "pids.current";
    /// <summary>So many tasks are more than our own program takes in a container before it becomes the command.</summary>
    private const long Room = 8;

    public static void Apply(string? directory, OciPids? pids)
    {
        if (pids is null || pids.Limit == 0) return;
        if (directory is null) throw new KernelException("set pids limit", Errno.ENODEV, hint: "no pids hierarchy is mounted");
        CgroupFile.Write(directory, LimitFile, pids.Limit > 0 ? pids.Limit.ToString() : "max");
    }

    /// <summary>What holds from the group's beginning: all but this limit, which is for the command.
    /// Until then our program has threads.</summary>
    public static OciResources? AtFirst(OciResources? resources) => resources is null || AtLast(resources) is null ? resources
        : resources with { Pids = null, Unified = resources.Unified?.Where(static file => file.Key != LimitFile).ToDictionary() };

    /// <summary>What is to be set once our program needs no further thread.</summary>
    /// <returns>Null where no limit is asked for.</returns>
    public static OciResources? AtLast(OciResources? resources)
    {
        string? file = resources?.Unified?.GetValueOrDefault(LimitFile);
        if (file is null && resources?.Pids is null or { Limit: 0 }) return null;
        return new OciResources
        {
            Pids = resources!.Pids,
            Unified = file is null ? null : new Dictionary<string, string> { [LimitFile] = file },
        };
    }

    /// <summary>Whether our program can be born in a group; true where nothing counts.</summary>
    /// <param name="top">The group itself, or the last one above it whose limit is asked for: births count in all of them.</param>
    public static bool HasRoom(string directory, string top) =>
        HasRoom(directory) && (directory.Length <= top.Length || HasRoom(Path.GetDirectoryName(directory)!, top));

    private static bool HasRoom(string directory)
    {
        if (!File.Exists($"{directory}/{LimitFile}")) return true;
        string limit = CgroupFile.Read(directory, LimitFile).Trim();
        return limit == "max" || long.Parse(limit) - long.Parse(CgroupFile.Read(directory, CountFile).Trim()) >= Room;
    }
}
