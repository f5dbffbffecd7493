using Gantry.Linux.Cgroups;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Cgroups.Systemd;
using Gantry.Runtime.Processes;

namespace Gantry.Runtime.Cgroups;

/// <summary>A unit that is about to be made around a container's first process.</summary>
internal sealed class PreparedUnit : IDisposable
{
    private readonly SystemdManager _manager;
    private readonly SystemdPlace _place;
    private readonly string _id;
    private readonly IReadOnlyList<UnitProperty> _asked;

    /// <summary>Says what is wrong with the configuration, and whether systemd is there, before anything is made.</summary>
    public PreparedUnit(string id, OciSpec spec, bool? rootless)
    {
        bool ofUser = SystemdManager.IsUsers(rootless);
        _id = id;
        _place = SystemdPlace.Parse(spec.Linux?.CgroupsPath, id, ofUser);
        _asked = PropertyAnnotations.Read(spec.Annotations);
        _manager = SystemdManager.Open(ofUser);
        Unit = new SystemdUnit(_place.Unit, ofUser);
        Path = _manager.ControlGroup() + _place.Path;
    }

    public SystemdUnit Unit { get; }

    /// <summary>Of the cgroup that the unit will have.</summary>
    public string Path { get; }

    /// <summary>Makes the unit with the process in it, and its limits.</summary>
    public ContainerCgroup Start(int pid, OciResources? resources)
    {
        _manager.Start(_place.Unit,
            [.. Basics(pid), .. _asked, .. resources is null ? [] : UnitLimits.Of(resources),
                .. CgroupHost.IsUnified ? [] : UnitDevices.Of(resources?.Devices)]);
        ContainerCgroup cgroup = ContainerCgroup.At(Path, Unit);
        try
        {
            cgroup.Make(resources);
            cgroup.Admit(pid, all: _place.IsSlice);
            return cgroup;
        }
        catch
        {
            // The unit is new, and so is all that is in it.
            cgroup.Remove(ContainerProcesses.Everybody);
            throw;
        }
    }

    private IEnumerable<UnitProperty> Basics(int pid)
    {
        yield return new UnitProperty("Description", $"gantry container {_id}");
        foreach (string kind in UnitLimits.Accounted) yield return new UnitProperty($"{kind}Accounting", true);
        // At its end the container's own stop has to do with it, not the machine's.
        yield return new UnitProperty("DefaultDependencies", false);
        yield return new UnitProperty("CollectMode", "inactive-or-failed");
        // A slice lies where its name says, and processes are put into it by hand.
        if (_place.IsSlice) yield break;
        yield return new UnitProperty("Slice", _place.Slice);
        yield return new UnitProperty("Delegate", true);
        yield return new UnitProperty("PIDs", DBusValue.Array("u", [DBusValue.Of((uint)pid)]));
    }

    public void Dispose() => _manager.Dispose();
}
