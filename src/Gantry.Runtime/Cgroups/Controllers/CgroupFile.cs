using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Runtime.Cgroups.Controllers;

/// <summary>Writing limits: one value, one write, and an error that names both.</summary>
internal static class CgroupFile
{
    /// <summary>Limits are numbers in these files; -1 in the spec, and "max" in v2, say unlimited.</summary>
    public static void Write(string directory, string file, string value)
    {
        try
        {
            LinuxFile.WriteText($"{directory}/{file}", value);
        }
        catch (KernelException e) when (e.Errno == Errno.ENOENT)
        {
            throw new KernelException("set limit", e.Errno, $"{directory}/{file}", value,
                "this kernel or cgroup hierarchy does not have that controller");
        }
    }

    public static void Write(string directory, string file, long? value)
    {
        if (value is { } number) Write(directory, file, number.ToString());
    }

    public static void Write(string directory, string file, ulong? value)
    {
        if (value is > 0 and { } number) Write(directory, file, number.ToString());
    }

    /// <returns>False when there is no such file: a knob that kernels have or have not.</returns>
    public static bool WriteIfThere(string directory, string file, string value)
    {
        if (!File.Exists($"{directory}/{file}")) return false;
        Write(directory, file, value);
        return true;
    }

    public static string Read(string directory, string file) => LinuxFile.ReadText($"{directory}/{file}");

    /// <returns>The number after a key in a flat-keyed file such as memory.events; null without such a line.</returns>
    public static long? ReadKey(string directory, string file, string key)
    {
        foreach (string line in Read(directory, file).Split('\n'))
            if (line.StartsWith(key, StringComparison.Ordinal) && line.Length > key.Length && line[key.Length] == ' '
                && long.TryParse(line.AsSpan(key.Length + 1), out long value))
                return value;
        return null;
    }
}
