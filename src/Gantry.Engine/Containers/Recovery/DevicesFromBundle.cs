using System.Globalization;
using Gantry.Api.Containers;
using Gantry.Engine.Containers.Settings;
using Gantry.Linux.Files;
using Gantry.Oci.Runtime;
using Gantry.Workloads.Bundle;

namespace Gantry.Engine.Containers.Recovery;

/// <summary>A container's devices and its limits of disk access: the bundle has them by number, and the host may have given the numbers to
/// other names meanwhile.</summary>
internal sealed class DevicesFromBundle(List<string> lost)
{
    private readonly Lazy<List<DeviceNode>> _host = new(All);

    public void Read(OciLinux linux, HostConfig host)
    {
        if (linux.Resources?.BlockIO is { } limits) Limits(limits, host);
        List<OciDeviceRule> rules = [.. (linux.Resources?.Devices ?? []).Where(rule => rule.Allow && !BundleDevices.IsStandard(rule))];
        // All of the host's, as they are at its next start.
        if (host.Privileged) return;
        List<DeviceMapping> devices = [];
        foreach (OciDevice device in linux.Devices ?? [])
        {
            // Without its node the rule is still what it was.
            if (OnHost(device.Type, device.Major ?? 0, device.Minor ?? 0, device.Path) is not { } path) continue;
            OciDeviceRule? rule =
                rules.FirstOrDefault(one => (one.Type, one.Major, one.Minor) == (device.Type, device.Major, device.Minor));
            if (rule is not null) rules.Remove(rule);
            devices.Add(new DeviceMapping { PathOnHost = path, PathInContainer = device.Path, CgroupPermissions = rule?.Access ?? "" });
        }
        if (devices.Count > 0) host.Devices = devices;
        if (rules.Count > 0) host.DeviceCgroupRules =
            [.. rules.Select(rule => $"{rule.Type ?? "a"} {Number(rule.Major)}:{Number(rule.Minor)} {rule.Access}")];
    }

    private void Limits(OciBlockIO limits, HostConfig host)
    {
        host.BlkioWeight = limits.Weight ?? 0;
        List<WeightDevice> weights = [];
        foreach (OciWeightDevice one in limits.WeightDevice ?? [])
            if (OnHost("b", one.Major, one.Minor, "") is { } path) weights.Add(new WeightDevice { Path = path, Weight = one.Weight ?? 0 });
        if (weights.Count > 0) host.BlkioWeightDevice = weights;
        host.BlkioDeviceReadBps = Throttles(limits.ThrottleReadBpsDevice);
        host.BlkioDeviceWriteBps = Throttles(limits.ThrottleWriteBpsDevice);
        host.BlkioDeviceReadIOps = Throttles(limits.ThrottleReadIOPSDevice);
        host.BlkioDeviceWriteIOps = Throttles(limits.ThrottleWriteIOPSDevice);
    }

    private List<ThrottleDevice>? Throttles(IReadOnlyList<OciThrottleDevice>? limits)
    {
        List<ThrottleDevice> found = [];
        foreach (OciThrottleDevice one in limits ?? [])
            if (OnHost("b", one.Major, one.Minor, "") is { } path) found.Add(new ThrottleDevice { Path = path, Rate = (long)one.Rate });
        return found.Count == 0 ? null : found;
    }

    /// <param name="likely">Where it is most of the time: under the same name as inside.</param>
    private string? OnHost(string type, long major, long minor, string likely)
    {
        if (DeviceNode.TryRead(likely, out DeviceNode same) && (same.Type, same.Major, same.Minor) == (type, major, minor)) return likely;
        string? path = _host.Value.FirstOrDefault(node => (node.Type, node.Major, node.Minor) == (type, major, minor)).Path;
        string inside = likely.Length > 0 ? $", {likely} inside" : "";
        if (path is null) lost.Add($"the device {type} {major}:{minor}, which the host does not have (any more){inside}");
        return path;
    }

    private static List<DeviceNode> All()
    {
        try
        {
            return DeviceDirectory.Nodes("/dev");
        }
        catch (GantryException)
        {
            // It is no directory of devices, or an endless one.
            return [];
        }
    }

    private static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "*";
}
