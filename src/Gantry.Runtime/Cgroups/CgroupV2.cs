using Gantry.Linux;
using Gantry.Linux.Cgroups;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Cgroups.Controllers;
using Gantry.Runtime.Init;

namespace Gantry.Runtime.Cgroups;

/// <summary>One directory of the unified hierarchy (Documentation/admin-guide/cgroup-v2.rst).</summary>
internal sealed class CgroupV2(string path) : ContainerCgroup
{
    private readonly string _directory = CgroupHost.UnifiedRoot + path;

    public override string GroupPath => path;

    public override IReadOnlyList<CgroupDirectory> Directories => [];

    protected override IEnumerable<string> AllDirectories => [_directory];

    protected override string MemberDirectory => _directory;

    public override string UnifiedDirectory => _directory;

    public override void Make(OciResources? resources)
    {
        string made = CgroupHost.UnifiedRoot;
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            EnableControllers(made);
            made = $"{made}/{part}";
            Node.MakeDirectory(null, made, Octal.O755);
        }
        if (resources is null) return;
        DeviceRules.ApplyV2(_directory, resources.Devices);
        WriteLimits(resources);
    }

    protected override OciCpu? WithBoundInForce(OciCpu? cpu) => CpuController.WithBoundInForceV2(_directory, cpu);

    public override void Admit(int pid, bool all)
    {
        if (all) CgroupFile.Write(_directory, "cgroup.procs", pid.ToString());
    }

    protected override void WriteLimits(OciResources resources)
    {
        MemoryController.ApplyV2(_directory, resources.Memory);
        CpuController.ApplyV2(_directory, resources.Cpu);
        CpusetController.Apply(_directory, resources.Cpu);
        PidsController.Apply(_directory, resources.Pids);
        BlockIOController.ApplyV2(_directory, resources.BlockIO);
        HugepageController.Apply(_directory, resources.HugepageLimits, "max");
        RdmaController.Apply(_directory, resources.Rdma);
        if (resources.Network is { ClassID: > 0 } or { Priorities.Count: > 0 })
            throw GantryException.Unsupported("linux.resources.network: cgroup v2 has no network classes and priorities");
        foreach ((string file, string value) in resources.Unified ?? new Dictionary<string, string>())
        {
            if (file.Contains('/') || !file.Contains('.'))
                throw GantryException.Invalid($"linux.resources.unified \"{file}\" must be a file name such as memory.high");
            CgroupFile.Write(_directory, file, value);
        }
    }

    public override CgroupEntry? Entry(IReadOnlyList<SubCgroup> below, int beside = 0)
    {
        string directory = _directory + SubCgroup.PathFor(below, []);
        if (beside != 0 && below.Count == 0 && CgroupFile.Read(directory, "cgroup.subtree_control").Length > 0)
            directory = Beside(beside) ?? directory;
        // Birth in a full group is refused, and moving there is not: as everywhere on v1.
        return PidsController.HasRoom(directory, _directory) ? new CgroupEntry { Directory = LinuxFile.OpenDirectory(directory) }
            : new CgroupEntry { Tasks = [LinuxFile.Open($"{directory}/cgroup.procs", OpenFlags.WriteOnly)] };
    }

    // Asked when the entry was made.
    public override bool HasRoom(CgroupEntry entry, IReadOnlyList<SubCgroup> below) => entry.Directory is not null;

    // A container that manages cgroups of its own has given its controllers on,
    // and then the kernel lets no process into the group itself (EBUSY).
    private string? Beside(int pid)
    {
        string line = LinuxFile.ReadText($"/proc/{pid}/cgroup").Split('\n')
            .FirstOrDefault(static l => l.StartsWith("0::", StringComparison.Ordinal)) ?? "";
        return line.Length > 3 && line[3..].StartsWith($"{path}/", StringComparison.Ordinal) ? CgroupHost.UnifiedRoot + line[3..] : null;
    }

    // A parent gives controllers to its children only when told, and one by one: one that is missing shall not cost the others.
    private static void EnableControllers(string directory)
    {
        // Of a group with processes of its own, which the root alone may have (it has no type), the kernel takes the controllers that can
        // tell threads apart, and those alone: the group is a threaded one from then on, and no process may enter its children.
        if (File.Exists($"{directory}/cgroup.type") && CgroupFile.Read(directory, "cgroup.procs").Length > 0) return;
        string enabled = CgroupFile.Read(directory, "cgroup.subtree_control");
        foreach (string controller in CgroupFile.Read(directory, "cgroup.controllers").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (enabled.Split(' ').Contains(controller)) continue;
            try
            {
                LinuxFile.WriteText($"{directory}/cgroup.subtree_control", $"+{controller}");
            }
            catch (KernelException e) when (e.Errno is Errno.EBUSY or Errno.EOPNOTSUPP or Errno.ENOENT or Errno.EINVAL or Errno.EACCES
                or Errno.EPERM)
            {
                // Processes directly in the parent forbid it, or it is not this user's; a limit that needs this controller will say so.
            }
        }
    }

    protected override void SetFrozen(bool frozen) => CgroupFile.Write(_directory, "cgroup.freeze", frozen ? "1" : "0");

    protected override bool IsFrozen() => CgroupFile.ReadKey(_directory, "cgroup.events", "frozen") == 1;

    public override string? FreezerDirectory => _directory;

    public override string? MemoryDirectory => _directory;

    public override long OomKills() =>
        File.Exists($"{_directory}/memory.events") ? CgroupFile.ReadKey(_directory, "memory.events", "oom_kill") ?? 0 : 0;

    protected override bool TryKillAtOnce() => CgroupFile.WriteIfThere(_directory, "cgroup.kill", "1");

    // SIGKILL ends what v2 has frozen as it is.
    protected override void ThawToDie()
    {
    }

    public override bool HoldsNewcomers() => Nearest(_directory) is var group && group != CgroupHost.UnifiedRoot
        && OfExisting(() => CgroupFile.ReadKey(group, "cgroup.events", "frozen") == 1);
}
