using Gantry.Linux.Processes;
using Gantry.Linux.Trees;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Containers;
using Gantry.Runtime.Init;

namespace Gantry.Runtime.Cgroups;

/// <summary>A container of a user to whom no control group was delegated: it stays in the one of its maker, without limits of its own.</summary>
internal sealed class NoCgroup : ContainerCgroup
{
    internal override string GroupPath => "";

    internal override IReadOnlyList<CgroupDirectory> Directories => [];

    protected override IEnumerable<string> AllDirectories => [];

    protected override string MemberDirectory => "";

    internal override void Create(OciResources? resources)
    {
    }

    protected override void WriteLimits(OciResources resources) => throw Missing("update limits");

    protected override OciCpu? WithBoundInForce(OciCpu? cpu) => cpu;

    internal override void Admit(int pid, bool all)
    {
    }

    internal override CgroupEntry? Entry(IReadOnlyList<SubCgroup> below, int beside = 0) => null;

    protected override void SetFrozen(bool frozen) => throw Missing("freeze");

    protected override bool IsFrozen() => false;

    internal override long OomKills() => 0;

    internal override string? FreezerDirectory => null;

    internal override string? MemoryDirectory => null;

    protected override bool TryKillAtOnce() => false;

    // Nothing holds them together but their PID namespace; without one of its own, only the first is known.
    protected override IReadOnlyList<int> Members(ContainerProcesses own) => own switch
    {
        { OwnPids: true } => own.Among([.. OwnDirectory.Directories("/proc").Select(static path => Path.GetFileName(path)).Where(static name => int.TryParse(name, out _)).Select(int.Parse)]),
        _ => ProcessIdentity.Matches(own.First, own.StartTime) ? [own.First] : [],
    };

    protected override void ThawToDie()
    {
    }

    internal override bool HoldsNewcomers() => false;

    internal override bool HasRoom() => true;

    private static GantryException Missing(string step) => GantryException.Unsupported($"cannot {step}: the container has no cgroup of its own");
}
