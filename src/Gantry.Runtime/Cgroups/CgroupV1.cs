using Gantry.Linux;
using Gantry.Linux.Cgroups;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Cgroups.Controllers;
using Gantry.Runtime.Init;

namespace Gantry.Runtime.Cgroups;

/// <summary>A directory in each v1 hierarchy, all of the same path.</summary>
internal sealed class CgroupV1(string path) : ContainerCgroup
{
    public override string GroupPath => path;

    public override IReadOnlyList<CgroupDirectory> Directories { get; } =
        [.. CgroupHost.Hierarchies.Select(h => new CgroupDirectory(h.MountName, h.Controllers, h.MountPoint + path))];

    protected override IEnumerable<string> AllDirectories =>
        [.. Directories.Select(static d => d.Path), .. UnifiedBeside is { } unified ? [unified] : Array.Empty<string>()];

    protected override string MemberDirectory => Of("devices") ?? Directories[0].Path;

    /// <returns>The container's directory in the hierarchy of a controller; null where that is not mounted.</returns>
    public string? Of(string controller) => Directories.FirstOrDefault(d => d.Names.Contains(controller))?.Path;

    public override void Make(OciResources? resources)
    {
        foreach (CgroupDirectory directory in Directories)
        {
            // A parent of ours may go away with its last other container just now, so this may take several turns.
            for (int turn = 0; !TryMake(directory.Path); turn++) MakeParents(directory, turn);
            if (directory.Names.Contains("cpuset")) CpusetController.InheritV1(directory.Path);
        }
        MakeUnifiedBeside();
        if (resources is null) return;
        if (Of("devices") is { } devices) DeviceRules.ApplyV1(devices, resources.Devices);
        WriteLimits(resources);
    }

    protected override OciCpu? WithBoundInForce(OciCpu? cpu) =>
        Of("cpu") is { } directory ? CpuController.WithBoundInForceV1(directory, cpu) : cpu;

    // systemd knows some of the controllers only, and counts the processes in a hierarchy of its own.
    public override void Admit(int pid, bool all)
    {
        foreach (CgroupDirectory directory in Directories) CgroupFile.Write(directory.Path, "cgroup.procs", pid.ToString());
        if (UnifiedBeside is { } unified) CgroupFile.Write(unified, "cgroup.procs", pid.ToString());
    }

    // Where it is read-only or not this user's, the container goes without: nothing is limited there.
    private void MakeUnifiedBeside()
    {
        if (!CgroupHost.IsHybrid) return;
        try
        {
            string made = CgroupHost.HybridRoot;
            foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
                Node.MakeDirectory(null, made = $"{made}/{part}", Octal.O755);
        }
        catch (KernelException e) when (e.Errno is Errno.EACCES or Errno.EPERM or Errno.EROFS or Errno.ENOENT)
        {
            // ENOENT: a parent went away with its last other container just now.
        }
    }

    /// <summary>Beside v1 a host may have a v2 without controllers, in which systemd keeps its processes too,
    /// and programs attach.</summary>
    private string? UnifiedBeside => $"{CgroupHost.HybridRoot}{path}" is var directory && Directory.Exists(directory) ? directory : null;

    protected override void WriteLimits(OciResources resources)
    {
        if (resources.Unified is { Count: > 0 } unified)
            throw GantryException.Unsupported($"linux.resources.unified \"{unified.Keys.First()}\": this host has cgroup v1");
        MemoryController.ApplyV1(Of("memory"), resources.Memory);
        CpuController.ApplyV1(Of("cpu"), resources.Cpu);
        CpusetController.Apply(Of("cpuset"), resources.Cpu);
        PidsController.Apply(Of("pids"), resources.Pids);
        BlockIOController.ApplyV1(Of("blkio"), resources.BlockIO);
        HugepageController.Apply(Of("hugetlb"), resources.HugepageLimits, "limit_in_bytes");
        NetworkClassController.Apply(Of("net_cls"), Of("net_prio"), resources.Network);
        RdmaController.Apply(Of("rdma"), resources.Rdma);
    }

    public override CgroupEntry? Entry(IReadOnlyList<SubCgroup> below, int beside = 0)
    {
        List<SafeFileDescriptor> tasks = [];
        foreach (CgroupDirectory directory in Directories)
            tasks.Add(LinuxFile.Open($"{directory.Path}{SubCgroup.PathFor(below, directory.Names)}/tasks", OpenFlags.WriteOnly));
        if (UnifiedBeside is { } unified) tasks.Add(LinuxFile.Open($"{unified}/cgroup.procs", OpenFlags.WriteOnly));
        return new CgroupEntry { Tasks = tasks };
    }

    protected override void SetFrozen(bool frozen)
    {
        string directory = Of("freezer")
            ?? throw new KernelException("freeze cgroup", Errno.ENODEV, hint: "no freezer hierarchy is mounted");
        CgroupFile.Write(directory, "freezer.state", frozen ? "FROZEN" : "THAWED");
    }

    protected override bool IsFrozen() => Of("freezer") is { } directory && CgroupFile.Read(directory, "freezer.state") == "FROZEN";

    public override string? FreezerDirectory => Of("freezer");

    public override string? MemoryDirectory => Of("memory");

    public override long OomKills() =>
        MemoryDirectory is { } directory && Directory.Exists(directory)
            ? CgroupFile.ReadKey(directory, "memory.oom_control", "oom_kill") ?? 0 : 0;

    protected override bool TryKillAtOnce() => false;

    // Each by itself: what a container has frozen below this group stays so when the group thaws.
    protected override void ThawToDie()
    {
        if (Of("freezer") is { } freezer) CgroupTree.Visit(freezer, Thaw);
    }

    private static void Thaw(string directory)
    {
        try
        {
            LinuxFile.WriteText($"{directory}/freezer.state", "THAWED");
        }
        catch (KernelException e) when (e.Errno is Errno.ENOENT or Errno.ENODEV)
        {
            // Removed meanwhile.
        }
    }

    // The root of the hierarchy has no such file and is never frozen.
    public override bool HoldsNewcomers() => Of("freezer") is { } freezer && Nearest(freezer) is var group
        && OfExisting(() => File.Exists($"{group}/freezer.state") && CgroupFile.Read(group, "freezer.state") != "THAWED");

    public override bool HasRoom(CgroupEntry entry, IReadOnlyList<SubCgroup> below) =>
        Directories.FirstOrDefault(static d => d.Names.Contains("pids")) is not { } pids
            || PidsController.HasRoom(pids.Path + SubCgroup.PathFor(below, pids.Names), pids.Path);

    private static bool TryMake(string directory)
    {
        try
        {
            Node.MakeDirectory(null, directory, Octal.O755);
            return true;
        }
        catch (KernelException e) when (e.Errno == Errno.ENOENT)
        {
            return false;
        }
    }

    private void MakeParents(CgroupDirectory directory, int turn)
    {
        if (turn == 100) throw new KernelException("make cgroup", Errno.ENOENT, directory.Path);
        string made = directory.Path[..^path.Length];
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries)[..^1])
        {
            made = $"{made}/{part}";
            if (!TryMake(made)) return;
            if (directory.Names.Contains("cpuset")) CpusetController.InheritV1(made);
        }
    }
}
