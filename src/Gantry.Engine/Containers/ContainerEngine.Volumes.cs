using Gantry.Engine.Volumes;

namespace Gantry.Engine.Containers;

/// <summary>A container's volumes, while it runs.</summary>
public sealed partial class ContainerEngine
{
    private async Task FillVolumesAsync(string id, IReadOnlyList<ContainerMount> mounts)
    {
        foreach (ContainerMount mount in mounts.Where(mount => mount.CopyUp && mount.Name is not null))
        {
            await volumes.OpenAsync(mount.Name!, id);
            try
            {
                VolumeSeed.Fill(snapshots.Mount(id), [mount]);
            }
            finally
            {
                await volumes.CloseAsync(mount.Name!, id);
            }
        }
    }

    private async Task MountVolumesAsync(Container container)
    {
        foreach (ContainerMount mount in container.Record.Mounts.Where(mount => mount.Name is not null))
            await volumes.MountAsync(mount.Name!, new VolumeUse(container.Id, mount.Destination, mount.ReadWrite, mount.Propagation));
    }

    /// <remarks>One that cannot be unmounted does not keep the container from ending.</remarks>
    private async Task UnmountVolumesAsync(Container container)
    {
        foreach (ContainerMount mount in container.Record.Mounts.Where(mount => mount.Name is not null))
        {
            try
            {
                await volumes.UnmountAsync(mount.Name!, container.Id);
            }
            catch (Exception e)
            {
                LogRemoveStep(container.Id, $"unmounting volume {mount.Name}", e);
            }
        }
    }
}
