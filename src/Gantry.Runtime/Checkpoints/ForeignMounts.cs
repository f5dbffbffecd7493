using Gantry.Linux.Mounts;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Mounts;

namespace Gantry.Runtime.Checkpoints;

/// <summary>Mounts of a container that show something of the host's: CRIU keeps none of their content and has to be told where it
/// is.</summary>
internal static class ForeignMounts
{
    /// <param name="pid">The container's first process.</param>
    /// <returns>Their places: all but the root that lie on no file system which was mounted for this container.</returns>
    public static IReadOnlyList<string> Of(int pid, OciSpec spec)
    {
        List<MountEntry> mounts = [.. MountTable.Of(pid).Where(static mount => mount.Place != "/")];
        HashSet<string> places = [.. (spec.Mounts ?? []).Where(static mount => !MountOptions.IsBind(mount))
            .Select(static mount => mount.Destination.TrimEnd('/'))];
        HashSet<string> masks = [.. spec.Linux?.MaskedPaths ?? []];
        HashSet<string> own = [.. mounts.Where(mount => places.Contains(mount.Place)).Select(static mount => mount.Device)];
        // The mask of a directory is a file system of the container's; that of a file shows a node of its /dev.
        return [.. mounts.Where(mount => IsMask(mount) ? mount.Type != "tmpfs" || IsOwn(mount) : !IsOwn(mount))
            .Select(static mount => mount.Place)];

        bool IsMask(MountEntry mount) => masks.Contains(mount.Place);
        bool IsOwn(MountEntry mount) => own.Contains(mount.Device);
    }

    /// <returns>What of the host is to be seen there: a mask is the null device,
    /// anything else comes from the bind mount that it lies in.</returns>
    /// <exception cref="GantryException">The bundle has nothing for it.</exception>
    public static string Source(string place, OciSpec spec, string bundle)
    {
        if (spec.Linux?.MaskedPaths?.Contains(place) == true) return "/dev/null";
        OciMount? mount = (spec.Mounts ?? []).Where(mount => MountOptions.IsBind(mount) && IsIn(place, mount.Destination.TrimEnd('/')))
            .MaxBy(static mount => mount.Destination.Length);
        if (mount?.Source is not { } source)
            throw GantryException.Invalid($"the checkpoint has a mount at {place}, for which config.json has no source");
        return Path.GetFullPath(source, bundle) + place[mount.Destination.TrimEnd('/').Length..];
    }

    private static bool IsIn(string place, string directory) =>
        place == directory || place.StartsWith($"{directory}/", StringComparison.Ordinal);
}
