using Gantry.Linux;
using Gantry.Linux.Cgroups;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Launching;

namespace Gantry.Runtime.Cgroups.Controllers;

/// <summary>Which device nodes work inside: the spec's list, then what every container must have.</summary>
internal static class DeviceRules
{
    private static readonly OciDeviceRule[] Always =
    [
        new() { Allow = true, Type = "c", Access = "m" }, new() { Allow = true, Type = "b", Access = "m" },
        Character(1, 3), Character(1, 5), Character(1, 7), Character(1, 8), Character(1, 9), Character(5, 0), Character(5, 2),
        Character(136, null),
    ];

    private static OciDeviceRule Character(long major, long? minor) =>
        new() { Allow = true, Type = "c", Major = major, Minor = minor, Access = "rwm" };

    public static void ApplyV1(string directory, IReadOnlyList<OciDeviceRule>? rules)
    {
        foreach (OciDeviceRule rule in All(rules)) CgroupFile.Write(directory, rule.Allow ? "devices.allow" : "devices.deny", TextV1(rule));
    }

    public static void ApplyV2(string directory, IReadOnlyList<OciDeviceRule>? rules)
    {
        // No rules, or everything allowed: no program is cheaper than one that says yes.
        if (rules is null || rules.Count == 0 || rules is [{ Allow: true, Type: null or "" or "a", Major: null or -1, Minor: null or -1 }])
            return;
        try
        {
            DeviceProgram.Attach(directory, [.. All(rules).Select(ToProgram)]);
        }
        catch (KernelException e) when (e.Errno == Errno.EPERM && Rootless.Applies(null))
        {
            // A user may load no such program, and may open only what he might outside too: he can make no device nodes.
        }
    }

    public static IEnumerable<OciDeviceRule> All(IReadOnlyList<OciDeviceRule>? rules) =>
        rules is null || rules.Count == 0 ? [] : rules.Concat(Always);

    public static string TextV1(OciDeviceRule rule)
    {
        string type = string.IsNullOrEmpty(rule.Type) ? "a" : rule.Type;
        return type == "a" ? "a" : $"{type} {Number(rule.Major)}:{Number(rule.Minor)} {Access(rule)}";
    }

    /// <summary>Some write <c>rwa</c>; the kernel refuses what is not read, write or make.</summary>
    public static string Access(OciDeviceRule rule) =>
        string.IsNullOrEmpty(rule.Access) ? "rwm" : rule.Access.Replace("a", "", StringComparison.Ordinal);

    private static string Number(long? number) => number is null or < 0 ? "*" : number.Value.ToString();

    private static DeviceRule ToProgram(OciDeviceRule rule)
    {
        string access = Access(rule);
        DeviceAccess bits = (access.Contains('m') ? DeviceAccess.Make : 0) | (access.Contains('r') ? DeviceAccess.Read : 0)
            | (access.Contains('w') ? DeviceAccess.Write : 0);
        char type = string.IsNullOrEmpty(rule.Type) ? 'a' : rule.Type[0];
        return new DeviceRule(rule.Allow, type, rule.Major is null or < 0 ? null : (uint)rule.Major,
            rule.Minor is null or < 0 ? null : (uint)rule.Minor, bits);
    }
}
