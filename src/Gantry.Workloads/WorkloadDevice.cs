using Gantry.Linux.Files;

namespace Gantry.Workloads;

/// <summary>A device of the host that a workload has.</summary>
/// <param name="Path">Where its node is made, inside.</param>
/// <param name="Access">Of <c>rwm</c>: read, write, make nodes.</param>
public sealed record WorkloadDevice(DeviceNode Node, string Path, string Access = "rwm");
