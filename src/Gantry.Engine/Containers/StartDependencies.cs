using Gantry.Api.Containers;

namespace Gantry.Engine.Containers;

/// <summary>Which containers must run before this one can start.</summary>
internal static class StartDependencies
{
    /// <returns>Names or ids, as they were given at create: whose namespaces are joined, and who is linked to.</returns>
    public static IEnumerable<string> Of(HostConfig host) =>
        new[] { host.NetworkMode, host.IpcMode, host.PidMode }
            .Select(ContainerMode.Joined).OfType<string>()
            .Concat((host.Links ?? []).Select(link => link.Split(':')[0].TrimStart('/')));
}
