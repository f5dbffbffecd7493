namespace Gantry.Network.Host;

/// <summary>Kernel settings of the host below <c>/proc/sys</c>.</summary>
internal static class Sysctl
{
    /// <returns>Null where the kernel has no such setting.</returns>
    public static string? Read(string key)
    {
        string path = Path.Combine("/proc/sys", key);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    /// <summary>False too where the kernel has no such setting.</summary>
    public static bool Is(string key, string value) => Read(key) == value;

    /// <summary>Writes only what differs, so that a read-only <c>/proc/sys</c> with the right value is fine.</summary>
    /// <returns>True when the value was another one before.</returns>
    public static bool Ensure(string key, string value, List<string> warnings)
    {
        string path = Path.Combine("/proc/sys", key);
        try
        {
            if (File.ReadAllText(path).Trim() == value) return false;
            File.WriteAllText(path, value);
            return true;
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            warnings.Add($"cannot set {key.Replace('/', '.')} = {value}: {e.Message}");
            return false;
        }
    }
}
