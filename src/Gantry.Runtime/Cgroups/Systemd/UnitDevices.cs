using Gantry.Linux.Files;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Cgroups.Controllers;

namespace Gantry.Runtime.Cgroups.Systemd;

/// <summary>The device list for systemd on cgroup v1, where there is one list: a unit without one it opens to all devices at every reload.
/// On v2 its program and ours stand side by side.</summary>
internal static class UnitDevices
{
    public static IEnumerable<UnitProperty> Of(IReadOnlyList<OciDeviceRule>? rules) => Of(rules, LinuxFile.ReadText("/proc/devices"));

    /// <param name="majors">proc_devices(5): the names by which systemd knows whole majors.</param>
    public static IEnumerable<UnitProperty> Of(IReadOnlyList<OciDeviceRule>? rules, string majors)
    {
        bool closed = false;
        List<DBusValue> allowed = [];
        foreach (OciDeviceRule rule in DeviceRules.All(rules))
        {
            if (rule.Type is null or "" or "a")
            {
                closed = !rule.Allow;
                allowed.Clear();
            }
            else if (Name(rule, majors) is { } device)
            {
                string access = DeviceRules.Access(rule);
                if (rule.Allow) allowed.Add(DBusValue.Structure(DBusValue.Of(device), DBusValue.Of(access)));
                else
                    allowed.RemoveAll(entry => (string)entry.Parts[0].Content == device
                        && ((string)entry.Parts[1].Content).AsSpan().IndexOfAnyExcept(access) < 0);
            }
        }
        if (!closed) yield break;
        yield return new UnitProperty("DevicePolicy", "strict");
        yield return new UnitProperty("DeviceAllow", DBusValue.Array("(ss)", allowed));
    }

    // systemd.resource-control(5), DeviceAllow=: a node by its numbers, or all of a name in /proc/devices.
    // There is no word for one minor of every major.
    private static string? Name(OciDeviceRule rule, string majors)
    {
        (string directory, string kind) = rule.Type == "b" ? ("block", "Block") : ("char", "Character");
        return (rule.Major, rule.Minor) switch
        {
            (null or < 0, null or < 0) => $"{directory}-*",
            (null or < 0, _) => null,
            ({ } major, null or < 0) => Major(majors, kind, major) is { } name ? $"{directory}-{name}" : null,
            ({ } major, { } minor) => $"/dev/{directory}/{major}:{minor}",
        };
    }

    private static string? Major(string majors, string kind, long number)
    {
        bool inside = false;
        foreach (string line in majors.Split('\n'))
        {
            if (line.EndsWith("devices:", StringComparison.Ordinal)) inside = line.StartsWith(kind, StringComparison.Ordinal);
            else if (inside
                && line.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [var major, var name]
                && major == number.ToString()) return name;
        }
        return null;
    }
}
