using Gantry.Api.Containers;
using Gantry.Engine.Containers.Checks;
using Gantry.Engine.Containers.Settings;
using Gantry.Workloads.Security;

namespace Gantry.Engine.Containers.Creation;

/// <summary>Everything about a create request that can be refused before anything is made;
/// each topic has a type in <c>Checks</c>.</summary>
/// <remarks>A field is accepted, refused or warned about. What is only found by making the container is refused at the start.</remarks>
internal sealed class RequestCheck(ContainerStore containers, ContainerOptions options, CgroupSupport support)
{
    /// <summary>What the defaults would hide.</summary>
    public static void BeforeDefaults(ContainerConfig config, HostConfig host, List<string> warnings)
    {
        NetworkModeCheck.Run(config, host, warnings);
        RestartCheck.Run(host.RestartPolicy);
        HealthCheck.Warn(config.Healthcheck, warnings);
        // Not those of the image: what is wrong there is not this caller's fault, and is passed over.
        foreach (string port in config.ExposedPorts?.Keys ?? Enumerable.Empty<string>()) PortList.ParseKey(port);
    }

    /// <param name="config">With the image's defaults.</param>
    /// <param name="warnings">Get what is accepted and has no effect here.</param>
    /// <exception cref="GantryException">InvalidArgument, never NotFound.</exception>
    public void Run(ContainerConfig config, HostConfig host, NetworkingConfig? networking, List<string> warnings)
    {
        ProcessCheck.Run(config, host);
        LimitsCheck.Run(host, support, update: false, warnings);
        HostCheck.Run(host, options);
        Security(host);
        ModeCheck.Run(host, containers);
        NameResolutionCheck.Run(host);
        EndpointCheck.All(config, networking);
        EndpointCheck.Warn(networking, warnings);
        PortList.Parse(config, host);
        LogSettings.Check(host.LogConfig);
        LogSettings.Warn(host.LogConfig, warnings);
        SysctlCheck.Run(host);
        LinkCheck.Run(host, containers, warnings);
    }

    private static void Security(HostConfig host)
    {
        // A privileged one has all devices, whatever it names besides.
        if (!host.Privileged)
        {
            DeviceSettings.Devices(host);
            DeviceSettings.Rules(host);
        }
        IReadOnlyList<string> capabilities = CapabilitySet.Resolve(host.Privileged, host.CapAdd, host.CapDrop);
        if (SecurityOptions.Parse(host.SecurityOpt).Seccomp is { } profile and not ("unconfined" or "builtin"))
            SeccompProfile.Parse(profile, capabilities);
    }
}
