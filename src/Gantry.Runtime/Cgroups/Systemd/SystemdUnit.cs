using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Cgroups.Systemd;

/// <summary>The unit that is around a container's cgroup, as its state names it.</summary>
/// <param name="OfUser">Its manager is the user's.</param>
internal sealed record SystemdUnit(string Name, bool OfUser)
{
    /// <param name="resources">With quota and period both where it has one of them.</param>
    public void Set(OciResources resources)
    {
        using SystemdManager manager = SystemdManager.Open(OfUser);
        manager.Set(Name, UnitLimits.Of(resources));
    }

    public void Stop()
    {
        using SystemdManager manager = SystemdManager.Open(OfUser);
        manager.Stop(Name);
    }
}
