using System.Globalization;
using Gantry.Api.Containers;
using Gantry.Linux.Files;
using Gantry.Oci.Runtime;
using Gantry.Workloads;

namespace Gantry.Engine.Containers.Settings;

/// <summary>The devices of <c>--device</c>, and the rules of <c>--device-cgroup-rule</c>.</summary>
internal static class DeviceSettings
{
    /// <exception cref="GantryException">InvalidArgument: one that is not there, or is no device.</exception>
    public static List<WorkloadDevice> Devices(HostConfig host)
    {
        List<WorkloadDevice> devices = [];
        foreach (DeviceMapping device in host.Devices ?? [])
        {
            string target = string.IsNullOrEmpty(device.PathInContainer) ? device.PathOnHost ?? "" : device.PathInContainer;
            foreach (DeviceNode node in Find(device))
                devices.Add(new WorkloadDevice(node, target + node.Path[(device.PathOnHost ?? "").Length..], Access(device)));
        }
        return devices;
    }

    /// <exception cref="GantryException">InvalidArgument: one that says nothing.</exception>
    public static List<OciDeviceRule> Rules(HostConfig host) => [.. (host.DeviceCgroupRules ?? []).Select(ParseRule)];

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
}
