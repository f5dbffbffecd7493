using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Init;
using Gantry.Runtime.Processes;

namespace Gantry.Runtime.Cgroups;

/// <summary>A container of a user to whom no control group was delegated: it stays in the one of its maker,
/// without limits of its own.</summary>
internal sealed class NoCgroup : ContainerCgroup
{
    public override string GroupPath => "";

    public override IReadOnlyList<CgroupDirectory> Directories => [];

    protected override IEnumerable<string> AllDirectories => [];

    protected override string MemberDirectory => "";

    public override void Make(OciResources? resources)
    {
    }

    protected override void WriteLimits(OciResources resources) => throw Missing("update limits");

    protected override OciCpu? WithBoundInForce(OciCpu? cpu) => cpu;

    public override void Admit(int pid, bool all)
    {
    }

    public override CgroupEntry? Entry(IReadOnlyList<SubCgroup> below, int beside = 0) => null;

    protected override void SetFrozen(bool frozen) => throw Missing("freeze");

    protected override bool IsFrozen() => false;

    public override long OomKills() => 0;

    public override string? FreezerDirectory => null;

    public override string? MemoryDirectory => null;

    protected override bool TryKillAtOnce() => false;

    // Nothing holds them together but their PID namespace; without one of its own, only the first is known.
    protected override IReadOnlyList<int> Members(ContainerProcesses own) => own switch
    {
        { OwnPids: true } => own.Among([.. ProcessList.All()]),
        _ => ProcessIdentity.Matches(own.First, own.StartTime) ? [own.First] : [],
    };

    protected override void ThawToDie()
    {
    }

    public override bool HoldsNewcomers() => false;

    public override bool HasRoom(CgroupEntry entry, IReadOnlyList<SubCgroup> below) => true;

    private static GantryException Missing(string step) =>
        GantryException.Unsupported($"cannot {step}: the container has no cgroup of its own");
}
