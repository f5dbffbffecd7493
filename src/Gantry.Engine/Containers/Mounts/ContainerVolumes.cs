using Gantry.Engine.Volumes;
using Gantry.Storage.Snapshots;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Containers.Mounts;

/// <summary>A container's volumes: whose they are, and where they are mounted while it runs.</summary>
public sealed class ContainerVolumes(VolumeStore volumes, ISnapshotter snapshots, ILogger log)
{
    /// <summary>With what its image has at their places.</summary>
    public async Task FillAsync(string id, IReadOnlyList<ContainerMount> mounts)
    {
        foreach (ContainerMount mount in mounts.Where(mount => mount.CopyUp && mount.Name is not null))
        {
            string path = await volumes.OpenAsync(mount.Name!, id);
            try
            {
                VolumeSeed.Fill(snapshots.Mount(id), [mount with { Source = path }]);
            }
            finally
            {
                await volumes.CloseAsync(mount.Name!, id);
            }
        }
    }

    /// <summary>Only now it is known where their content is.</summary>
    public async Task MountAsync(Container container)
    {
        List<ContainerMount> mounts = [.. container.Record.Mounts];
        for (int i = 0; i < mounts.Count; i++)
        {
            ContainerMount mount = mounts[i];
            if (mount.Name is null) continue;
            VolumeUse use = new(container.Id, mount.Destination, mount.ReadWrite, mount.Propagation);
            mounts[i] = mount with { Source = await volumes.MountAsync(mount.Name, use) };
        }
        if (!mounts.SequenceEqual(container.Record.Mounts)) container.Change(record => record with { Mounts = mounts });
    }

    /// <remarks>One that cannot be unmounted does not keep the container from ending.</remarks>
    public async Task UnmountAsync(Container container)
    {
        foreach (ContainerMount mount in container.Record.Mounts.Where(mount => mount.Name is not null))
        {
            try
            {
                await volumes.UnmountAsync(mount.Name!, container.Id);
            }
            catch (Exception e)
            {
                log.StepFailed(container.Id, $"unmounting volume {mount.Name}", e);
            }
        }
    }

    /// <summary>After every container has its own again: what the last daemon had mounted for one that it did not come to start.</summary>
    public Task UnmountUnusedAsync() => volumes.CloseUnusedAsync(log.VolumeStaysMounted);

    /// <summary>They are its own again, as found at the daemon's start.</summary>
    public void Use(ContainerRecord record, bool mounted = false)
    {
        foreach (ContainerMount mount in record.Mounts.Where(mount => mount.Name is not null))
        {
            if (volumes.TryFind(mount.Name!, out _)) volumes.Use(mount.Name!, record.Id, mounted);
            else log.VolumeMissing(record.Id, mount.Name!);
        }
    }

    /// <summary>Nobody knows its mounts: no volume is pruned meanwhile.</summary>
    public void Hold(string id) => volumes.Hold(id);

    public void Unhold(string id) => volumes.Unhold(id);

    /// <summary>It is removed.</summary>
    public async Task ReleaseAsync(string id, IReadOnlyList<ContainerMount> mounts, bool removeAnonymous)
    {
        foreach (ContainerMount mount in mounts)
        {
            if (mount.Name is null) continue;
            volumes.Release(mount.Name, id);
            if (!removeAnonymous || !mount.Anonymous || volumes.IsHeld || volumes.UsersOf(mount.Name).Count > 0) continue;
            try
            {
                await volumes.RemoveAsync(mount.Name, force: true);
            }
            catch (Exception e)
            {
                log.StepFailed(id, $"removing the volume {mount.Name}", e);
            }
        }
    }
}
