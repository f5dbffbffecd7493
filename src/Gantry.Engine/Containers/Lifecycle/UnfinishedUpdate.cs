using Gantry.Engine.Containers.Settings;
using Gantry.Linux;
using Gantry.Shim;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Containers.Lifecycle;

/// <summary>The record of a running container has new limits before its supervisor has them. A daemon that is killed between the two leaves
/// a mark, and the next one tells the supervisor what is recorded.</summary>
public sealed class UnfinishedUpdate(ILogger log)
{
    /// <summary>From here on record and kernel may differ. The gate is held.</summary>
    /// <exception cref="GantryException">The mark cannot be made, and so nothing may be changed.</exception>
    public static void Begin(Container container)
    {
        try
        {
            // Gone with the bundle: what starts anew has its limits from the record.
            AtomicFile.Write(container.Paths.Updating, [], durable: false);
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            throw Failure.Of("noting that its limits change", e);
        }
    }

    /// <summary>They say the same. The gate is held.</summary>
    public void End(Container container) =>
        log.Attempt(container.Id, "forgetting that its limits were being changed", () => File.Delete(container.Paths.Updating));

    /// <summary>The daemon starts and has found the container alive; the gate is held.</summary>
    /// <remarks>Never fails, and does not try again: what the kernel refuses now, it refuses at the next start too.</remarks>
    public async Task FinishAsync(Container container, IShimControl shim)
    {
        if (!File.Exists(container.Paths.Updating)) return;
        try
        {
            await shim.UpdateAsync(LimitSettings.Read(container.HostConfig), CancellationToken.None);
            log.UpdateFinished(container.Id);
        }
        catch (Exception e) when (ShimFailureException.IsExpected(e))
        {
            log.UpdateNotFinished(container.Id, e);
        }
        End(container);
    }
}
