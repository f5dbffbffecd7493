using System.Globalization;
using Gantry.Api.Containers;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Oci.Runtime;

namespace Gantry.Engine.Containers.Bundle;

/// <summary>Device nodes and the device cgroup's rules: nothing but what follows.</summary>
public static class BundleDevices
{
    /// <summary>null, zero, full, random, urandom, tty, console, ptmx, pseudo-terminals; any node may be made with mknod,
    /// and not opened.</summary>
    private static readonly (string Type, long? Major, long? Minor, string Access)[] Allowed =
    [
        ("c", null, null, "m"), ("b", null, null, "m"), ("c", 1, 3, "rwm"), ("c", 1, 5, "rwm"), ("c", 1, 7, "rwm"), ("c", 1, 8, "rwm"),
        ("c", 1, 9, "rwm"),
        ("c", 5, 0, "rwm"), ("c", 5, 1, "rwm"), ("c", 5, 2, "rwm"), ("c", 136, null, "rwm"),
    ];

    public static List<OciDeviceRule> Rules(HostConfig host)
    {
        if (host.Privileged) return [new() { Allow = true, Access = "rwm" }];
        List<OciDeviceRule> rules = [new() { Allow = false, Access = "rwm" }];
        foreach ((string type, long? major, long? minor, string access) in Allowed)
            rules.Add(new() { Allow = true, Type = type, Major = major, Minor = minor, Access = access });
        foreach (DeviceMapping device in host.Devices ?? [])
        {
            foreach (DeviceNode node in Find(device))
                rules.Add(new() { Allow = true, Type = node.Type, Major = node.Major, Minor = node.Minor, Access = Access(device) });
        }
        foreach (string rule in host.DeviceCgroupRules ?? []) rules.Add(ParseRule(rule));
        return rules;
    }

    /// <summary>Whether these are the rules of a privileged container.</summary>
    internal static bool AreAllAllowed(IReadOnlyList<OciDeviceRule>? rules) =>
        rules is [{ Allow: true, Type: null, Major: null, Minor: null }];

    /// <summary>Nodes besides those that the runtime always makes.</summary>
    public static List<OciDevice> Nodes(HostConfig host)
    {
        List<OciDevice> nodes = [];
        if (host.Privileged) AddAll(nodes);
        foreach (DeviceMapping device in host.Devices ?? [])
        {
            string target = string.IsNullOrEmpty(device.PathInContainer) ? device.PathOnHost ?? "" : device.PathInContainer;
            foreach (DeviceNode node in Find(device)) nodes.Add(ToOci(node, target + node.Path[(device.PathOnHost ?? "").Length..]));
        }
        return nodes;
    }

    /// <summary><c>c 1:3 rwm</c>, with <c>*</c> for any number, <c>a</c> for both types.</summary>
    private static OciDeviceRule ParseRule(string rule)
    {
        string[] parts = rule.Split(' ');
        string[] numbers = parts.Length == 3 ? parts[1].Split(':') : [];
        if (numbers.Length != 2 || parts[0] is not ("a" or "b" or "c") || parts[2].Length is 0 or > 3
            || parts[2].AsSpan().ContainsAnyExcept("rwm"))
        {
            throw GantryException.Invalid($"invalid device cgroup rule format: '{rule}'");
        }
        return new() { Allow = true, Type = parts[0], Major = Number(numbers[0], rule), Minor = Number(numbers[1], rule),
            Access = parts[2] };
    }

    private static long? Number(string text, string rule) => text == "*" ? null
        : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number
        : throw GantryException.Invalid($"invalid device cgroup rule format: '{rule}'");

    private static string Access(DeviceMapping device)
    {
        if (string.IsNullOrEmpty(device.CgroupPermissions)) return "rwm";
        if (device.CgroupPermissions.AsSpan().ContainsAnyExcept("rwm"))
            throw GantryException.Invalid($"invalid device mode: {device.CgroupPermissions}");
        return device.CgroupPermissions;
    }

    /// <summary>The node, or all nodes below a directory.</summary>
    private static IReadOnlyList<DeviceNode> Find(DeviceMapping device)
    {
        string path = device.PathOnHost;
        if (!path.StartsWith('/') || !Path.Exists(path)) throw Unfit(path, "no such file or directory");
        if (DeviceNode.TryRead(path, out DeviceNode node)) return [node];
        List<DeviceNode> found = Directory.Exists(path) ? DeviceDirectory.Nodes(path) : [];
        return found.Count > 0 ? found : throw Unfit(path, "not a device node");
    }

    private static GantryException Unfit(string path, string reason) =>
        GantryException.Invalid($"error gathering device information while adding custom device \"{path}\": {reason}");

    private static void AddAll(List<OciDevice> nodes)
    {
        foreach (string entry in OwnDirectory.All("/dev"))
        {
            if (entry is "/dev/console" or "/dev/ptmx" or "/dev/tty" || !DeviceNode.TryRead(entry, out DeviceNode node)) continue;
            nodes.Add(ToOci(node, node.Path));
        }
    }

    private static OciDevice ToOci(DeviceNode node, string path) =>
        new() { Type = node.Type, Path = path, Major = node.Major, Minor = node.Minor, FileMode = node.Mode, Uid = node.Uid,
            Gid = node.Gid };
}
