using Gantry.Api.Containers;
using Gantry.Daemon.Http;

namespace Gantry.Daemon.Containers;

/// <summary>What a create request of an older API means, and what it did not have yet.</summary>
internal static class OlderCreate
{
    private static readonly ApiVersion ManyNetworks = new(1, 44), OwnCgroups = new(1, 41), OwnMemory = new(1, 40);

    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static void Adapt(ContainerCreateRequest request, ApiVersion version)
    {
        if (version >= ManyNetworks) return;
        if (request.HostConfig is { } host) Fill(host, version);
        if (request.NetworkingConfig?.EndpointsConfig is { Count: > 1 } networks)
            throw GantryException.Invalid(
                $"Container cannot be connected to network endpoints: {string.Join(", ", networks.Keys.Order(StringComparer.Ordinal))}");
        foreach (BindOptions? options in (request.HostConfig?.Mounts ?? []).Select(static mount => mount.BindOptions))
        {
            if (options is null) continue;
            options.ReadOnlyNonRecursive = null;
            // Whoever says it wants to be sure of it, so it is not passed over like other fields that are not known yet.
            if (options.ReadOnlyForceRecursive == true)
                throw GantryException.Invalid("BindOptions.ReadOnlyForceRecursive needs API v1.44 or newer");
        }
    }

    // What the silence of a client meant when it was written.
    private static void Fill(HostConfig host, ApiVersion version)
    {
        if (version < OwnMemory && host.IpcMode.Length == 0) host.IpcMode = "shareable";
        if (version < OwnCgroups && host.CgroupnsMode.Length == 0) host.CgroupnsMode = "host";
    }
}
