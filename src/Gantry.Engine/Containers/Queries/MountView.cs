using Gantry.Api.Containers;

namespace Gantry.Engine.Containers.Queries;

/// <summary>A mount as the wire shows it.</summary>
internal static class MountView
{
    public static MountPoint Of(ContainerMount mount) => new()
    {
        Type = mount.Type,
        Name = mount.Name,
        Source = mount.Source,
        Destination = mount.Destination,
        Driver = mount.Driver,
        Mode = mount.Mode,
        RW = mount.ReadWrite,
        Propagation = mount.Propagation,
    };
}
