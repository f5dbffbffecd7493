using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Engine.Containers.Settings;

/// <summary>The device nodes below a directory, for <c>--device /dev/snd</c>.</summary>
internal static class DeviceDirectory
{
    /// <summary>Deeper than any directory of devices, and the end of a walk through a whole file system.</summary>
    private const int Deepest = 8, Most = 20_000;

    private static readonly string[] Unlike = ["pts", "shm", "fd", "mqueue", ".lxc", ".lxd-mounts", ".udev"];

    /// <exception cref="GantryException">InvalidArgument: it is no such directory.</exception>
    public static List<DeviceNode> Nodes(string directory)
    {
        List<DeviceNode> found = [];
        int seen = 0;
        Walk(directory, 0, found, ref seen);
        return found;
    }

    private static void Walk(string directory, int depth, List<DeviceNode> found, ref int seen)
    {
        foreach ((string path, FileKind? kind) in Entries(directory))
        {
            if (++seen > Most || depth > Deepest)
                throw GantryException.Invalid($"{directory} is no directory of devices: more than {Most} files, or deeper than {Deepest}");
            if (kind == FileKind.Directory && !Unlike.Contains(Path.GetFileName(path))) Walk(path, depth + 1, found, ref seen);
            else if (kind != FileKind.Link && DeviceNode.TryRead(path, out DeviceNode node)) found.Add(node);
        }
    }

    private static IReadOnlyList<(string Path, FileKind? Kind)> Entries(string directory)
    {
        try
        {
            return OwnDirectory.Entries(directory);
        }
        catch (KernelException e)
        {
            throw GantryException.Invalid($"error gathering device information while adding custom device \"{directory}\": {e.Message}");
        }
    }
}
