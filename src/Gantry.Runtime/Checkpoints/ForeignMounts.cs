using System.Text;
using Gantry.Linux.Files;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Mounts;

namespace Gantry.Runtime.Checkpoints;

/// <summary>Mounts of a container that show something of the host's: CRIU keeps none of their content and has to be told where it is.</summary>
internal static class ForeignMounts
{
    private const int Limit = 16 << 20;

    /// <param name="mountInfo">proc_pid_mountinfo(5) of the container's first process.</param>
    /// <returns>Their places: all but the root that lie on no file system which was mounted for this container.</returns>
    internal static IReadOnlyList<string> Find(string mountInfo, OciSpec spec)
    {
        List<(string Device, string Place, string Type)> mounts = [];
        foreach (string line in mountInfo.Split('\n'))
        {
            string[] fields = line.Split(' ');
            int dash = Array.IndexOf(fields, "-");
            if (fields.Length > 6 && dash > 5 && dash + 1 < fields.Length && fields[4] != "/") mounts.Add((fields[2], Unescape(fields[4]), fields[dash + 1]));
        }
        HashSet<string> places = [.. (spec.Mounts ?? []).Where(static mount => !MountOptions.IsBind(mount)).Select(static mount => mount.Destination.TrimEnd('/'))];
        HashSet<string> masks = [.. spec.Linux?.MaskedPaths ?? []];
        HashSet<string> own = [.. mounts.Where(mount => places.Contains(mount.Place) || (masks.Contains(mount.Place) && mount.Type == "tmpfs")).Select(static mount => mount.Device)];
        return [.. mounts.Where(mount => !own.Contains(mount.Device)).Select(static mount => mount.Place)];
    }

    internal static IReadOnlyList<string> Of(int pid, OciSpec spec) => Find(LinuxFile.ReadText($"/proc/{pid}/mountinfo", limit: Limit), spec);

    /// <returns>What of the host is to be seen there: a mask is the null device, anything else comes from the bind mount that it lies in.</returns>
    /// <exception cref="GantryException">The bundle has nothing for it.</exception>
    internal static string Source(string place, OciSpec spec, string bundle)
    {
        if (spec.Linux?.MaskedPaths?.Contains(place) == true) return "/dev/null";
        OciMount? mount = (spec.Mounts ?? []).Where(mount => MountOptions.IsBind(mount) && IsIn(place, mount.Destination.TrimEnd('/'))).MaxBy(static mount => mount.Destination.Length);
        if (mount?.Source is not { } source) throw GantryException.Invalid($"the checkpoint has a mount at {place}, for which config.json has no source");
        return Path.GetFullPath(source, bundle) + place[mount.Destination.TrimEnd('/').Length..];
    }

    private static bool IsIn(string place, string directory) => place == directory || place.StartsWith($"{directory}/", StringComparison.Ordinal);

    // Blank, tab, newline and backslash are written as three octal digits.
    private static string Unescape(string text)
    {
        StringBuilder plain = new();
        for (int i = 0; i < text.Length; i++)
        {
            bool escaped = text[i] == '\\' && i + 3 < text.Length;
            plain.Append(escaped ? (char)Convert.ToInt32(text.Substring(i + 1, 3), 8) : text[i]);
            if (escaped) i += 3;
        }
        return plain.ToString();
    }
}
