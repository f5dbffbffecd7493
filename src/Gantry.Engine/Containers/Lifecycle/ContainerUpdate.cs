using Gantry.Api.Containers;
using Gantry.Engine.Containers.Checks;
using Gantry.Engine.Containers.Settings;
using Gantry.Linux;
using Gantry.Oci.Runtime;
using Gantry.Shim;

namespace Gantry.Engine.Containers.Lifecycle;

/// <summary>Changes limits and restart policy; a running container feels it at once. What the request leaves at zero stays.</summary>
public sealed class ContainerUpdate(ContainerStore store, ContainerEvents events, CgroupSupport cgroups, UnfinishedUpdate unfinished)
{
    public async Task<ContainerUpdateResponse> RunAsync(string reference, ContainerUpdateRequest request, CancellationToken cancellation)
    {
        if (request.RestartPolicy is { } policy) RestartCheck.Run(policy);
        List<string> warnings = [];
        LimitsCheck.Run(request, cgroups, update: true, warnings);
        UpdateLeftAlone.Warn(request, warnings);
        Container container = store.Find(reference);
        using IDisposable gate = await container.LockAsync(cancellation);
        try
        {
            await ChangeAsync(container, request);
        }
        catch (Exception e) when (e is GantryException or ShimFailureException)
        {
            throw new GantryException(Failure(e), $"Cannot update container {container.Id}: {e.Message}", e);
        }
        events.Publish(container, "update");
        return new ContainerUpdateResponse { Warnings = warnings.Count > 0 ? warnings : null };
    }

    private async Task ChangeAsync(Container container, ContainerUpdateRequest request)
    {
        if (container.Status.RemovalInProgress)
            throw GantryException.Conflict("container is marked for removal and cannot be \"update\"");
        UpdateConflict.Run(container.HostConfig, request);
        HostConfig changed = HostConfigCopy.Of(container.HostConfig);
        Merge(changed, request);
        if (!ChangesLimits(request) || !container.Status.Running)
        {
            container.ChangeHostConfigOnDisk("saving it", changed);
            return;
        }
        UnfinishedUpdate.Begin(container);
        try
        {
            await ChangeLimitsAsync(container, changed);
        }
        finally
        {
            unfinished.End(container);
        }
    }

    private static async Task ChangeLimitsAsync(Container container, HostConfig changed)
    {
        HostConfig before = container.HostConfig;
        container.ChangeHostConfigOnDisk("saving it", changed);
        try
        {
            // One that has just ended gets its new limits at its next start.
            OciResources resources = LimitSettings.Read(changed);
            await container.AskWhileItLivesAsync(shim => shim.UpdateAsync(resources, CancellationToken.None));
        }
        catch
        {
            container.HostConfig = before;
            container.SaveHostConfig();
            throw;
        }
    }

    /// <summary>EBUSY: more is in use than the new limit allows. The rest of the kernel's refusals are about the values.</summary>
    private static ErrorKind Failure(Exception failure) => failure switch
    {
        GantryException known => known.Kind,
        ShimFailureException { Errno: Errno.EBUSY } => ErrorKind.Conflict,
        ShimFailureException refused when RefusedValue.Is(refused) => ErrorKind.InvalidArgument,
        _ => ErrorKind.Internal,
    };

    private static bool ChangesLimits(ContainerUpdateRequest request) =>
        request.Memory != 0 || request.MemorySwap != 0 || request.MemoryReservation != 0 || request.CpuShares != 0 || request.CpuQuota != 0
            || request.CpuPeriod != 0
        || request.NanoCpus != 0 || request.CpusetCpus.Length > 0 || request.CpusetMems.Length > 0 || request.PidsLimit is not null
        || request.BlkioWeight != 0
        || request.CpuRealtimePeriod != 0 || request.CpuRealtimeRuntime != 0;

    private static void Merge(HostConfig host, ContainerUpdateRequest request)
    {
        if (request.Memory != 0) host.Memory = request.Memory;
        if (request.MemorySwap != 0) host.MemorySwap = request.MemorySwap;
        if (request.MemoryReservation != 0) host.MemoryReservation = request.MemoryReservation;
        if (request.CpuShares != 0) host.CpuShares = request.CpuShares;
        if (request.CpuQuota != 0) host.CpuQuota = request.CpuQuota;
        if (request.CpuPeriod != 0) host.CpuPeriod = request.CpuPeriod;
        if (request.NanoCpus != 0) host.NanoCpus = request.NanoCpus;
        if (request.CpuRealtimePeriod != 0) host.CpuRealtimePeriod = request.CpuRealtimePeriod;
        if (request.CpuRealtimeRuntime != 0) host.CpuRealtimeRuntime = request.CpuRealtimeRuntime;
        if (request.CpusetCpus.Length > 0) host.CpusetCpus = request.CpusetCpus;
        if (request.CpusetMems.Length > 0) host.CpusetMems = request.CpusetMems;
        if (request.PidsLimit is { } processes) host.PidsLimit = Math.Max(0, processes);
        if (request.BlkioWeight != 0) host.BlkioWeight = request.BlkioWeight;
        if (request.RestartPolicy is { Name.Length: > 0 } policy) host.RestartPolicy = policy;
    }
}
