using Gantry.Api.Containers;

namespace Gantry.Engine.Containers.Checks;

/// <summary>What of the host a container gets besides limits and namespaces: storage, runtime, devices of vendors, annotations.</summary>
internal static class HostCheck
{
    public static void Run(HostConfig host, ContainerOptions options)
    {
        if (host.ShmSize < 0) throw GantryException.Invalid("SHM size can not be less than 0");
        if (!string.IsNullOrEmpty(host.Isolation) && !host.Isolation.Equals("default", StringComparison.OrdinalIgnoreCase))
            throw GantryException.Invalid($"Invalid isolation: \"{host.Isolation}\" - linux only supports 'default'");
        if (host.Runtime is { Length: > 0 } runtime and not ContainerOptions.OwnRuntime && !options.Runtimes.ContainsKey(runtime))
            throw GantryException.Invalid($"unknown or invalid runtime name: {runtime}");
        foreach (string option in host.StorageOpt?.Keys ?? Enumerable.Empty<string>())
            throw GantryException.Invalid(option == "size"
                ? "--storage-opt is supported only for overlay over xfs with 'pquota' mount option" : $"Unknown option {option}");
        if (host.Annotations?.ContainsKey("") == true)
            throw GantryException.Invalid("invalid Annotations: the empty string is not permitted as an annotation key");
        if (host.AutoRemove && host.RestartPolicy.Name is not ("" or "no"))
            throw GantryException.Invalid("can't create 'AutoRemove' container with restart policy");
        foreach (DeviceRequest device in host.DeviceRequests ?? []) throw NoDriver(device);
        foreach (string path in (host.MaskedPaths ?? []).Concat(host.ReadonlyPaths ?? []))
            if (!path.StartsWith('/')) throw GantryException.Invalid($"invalid MaskedPaths or ReadonlyPaths: \"{path}\" is not absolute");
    }

    private static GantryException NoDriver(DeviceRequest device)
    {
        string capabilities = string.Join(' ', (device.Capabilities ?? []).Select(static all => $"[{string.Join(' ', all ?? [])}]"));
        return GantryException.Invalid($"could not select device driver \"{device.Driver}\" with capabilities: [{capabilities}]");
    }
}
