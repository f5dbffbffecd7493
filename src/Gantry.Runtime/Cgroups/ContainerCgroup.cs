using Gantry.Linux;
using Gantry.Linux.Cgroups;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Cgroups.Controllers;
using Gantry.Runtime.Cgroups.Systemd;
using Gantry.Runtime.Init;
using Gantry.Runtime.Launching;
using Gantry.Runtime.Processes;

namespace Gantry.Runtime.Cgroups;

/// <summary>A container's control group: one directory on a v2 host, one in each hierarchy on a v1 host.</summary>
internal abstract class ContainerCgroup
{
    private const string OwnParent = "gantry";
    private const int Kill = 9;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Opens what exists, or will; makes nothing.</summary>
    /// <param name="path">Empty for a container without one.</param>
    /// <param name="unit">What systemd has around it, where systemd made it.</param>
    public static ContainerCgroup At(string path, SystemdUnit? unit = null) =>
        path.Length == 0 ? new NoCgroup() : CgroupHost.IsUnified ? new CgroupV2(path) { Unit = unit } : new CgroupV1(path) { Unit = unit };

    /// <summary>Below each hierarchy's root; empty for none.</summary>
    public abstract string GroupPath { get; }

    /// <summary>Its limits are told to systemd as well, and it ends by systemd.</summary>
    protected SystemdUnit? Unit { get; private protected init; }

    /// <summary>The path below each hierarchy's root for the spec's cgroupsPath.</summary>
    public static string Place(string? cgroupsPath, string id)
    {
        if (string.IsNullOrEmpty(cgroupsPath)) return Rootless.DelegatedPlace(id) ?? $"/{OwnParent}/{id}";
        // systemd's form, slice:prefix:name, as a path of our own: systemd is not asked unless the caller wants that.
        string[] parts = cgroupsPath.Split(':');
        string path = parts.Length == 3 ? $"/{parts[0]}/{(parts[1].Length == 0 ? "" : $"{parts[1]}-")}{parts[2]}.scope" : cgroupsPath;
        string full = Path.GetFullPath(path, "/");
        return full != "/" ? full : throw GantryException.Invalid($"cgroupsPath \"{cgroupsPath}\" is not a valid path");
    }

    /// <summary>Makes its directories, and writes the limits; what is there already stays.</summary>
    public abstract void Make(OciResources? resources);

    /// <summary>Changes what is given; the rest stays.</summary>
    public void Update(OciResources resources)
    {
        Unit?.Set(resources with { Cpu = WithBoundInForce(resources.Cpu) });
        WriteLimits(resources);
    }

    protected abstract void WriteLimits(OciResources resources);

    /// <summary>Where quota or period alone is given, the other one too, as it is now: systemd knows both as one.</summary>
    protected abstract OciCpu? WithBoundInForce(OciCpu? cpu);

    /// <summary>Puts a process into those of its directories into which systemd has not put it.</summary>
    /// <param name="all">systemd has put it nowhere.</param>
    public abstract void Admit(int pid, bool all);

    /// <summary>The way for a child into this group, or into existing ones below it, at its birth; null to stay where we are.</summary>
    /// <param name="beside">A process of the container, where that runs already:
    /// who cannot be in the group itself comes where this is.</param>
    public abstract CgroupEntry? Entry(IReadOnlyList<SubCgroup> below, int beside = 0);
    public abstract IReadOnlyList<CgroupDirectory> Directories { get; }

    /// <exception cref="GantryException">One names a hierarchy in which the container has no group; v2 has none to name.</exception>
    public void Check(IReadOnlyList<SubCgroup> below)
    {
        foreach (SubCgroup group in below)
        {
            foreach (string controller in group.Controllers)
                if (!Directories.Any(directory => directory.Names.Contains(controller)))
                    throw GantryException.Invalid($"unknown controller {controller} in SubCgroupPaths");
            if (GroupPath.Length == 0 && group.Path.Length > 0)
                throw GantryException.Invalid($"cgroup: there is nothing at {group.Path}, because the container has no cgroup of its own");
        }
    }

    /// <summary>v2's one directory; empty elsewhere.</summary>
    public virtual string UnifiedDirectory => "";

    /// <summary>Any directory that lists the member processes.</summary>
    protected abstract string MemberDirectory { get; }
    protected abstract void SetFrozen(bool frozen);
    protected abstract bool IsFrozen();
    /// <summary>How often the kernel killed in this group for want of memory.</summary>
    public abstract long OomKills();
    /// <summary>Where processes are frozen; null where nothing freezes them.</summary>
    public abstract string? FreezerDirectory { get; }
    /// <summary>Where memory is counted; null where nothing counts it.</summary>
    public abstract string? MemoryDirectory { get; }
    protected abstract bool TryKillAtOnce();
    /// <summary>Lets processes go on that are frozen in this group or below it and do not die as long as they are.</summary>
    protected abstract void ThawToDie();
    /// <summary>Whether processes that come here now stand still: by this group's own state or that of one above it.
    /// It need not exist.</summary>
    public abstract bool HoldsNewcomers();
    /// <summary>Whether limits leave our program the tasks to be born where an entry leads; see <see cref="PidsController"/>.</summary>
    /// <param name="below">What the entry was made for.</param>
    public abstract bool HasRoom(CgroupEntry entry, IReadOnlyList<SubCgroup> below);
    protected abstract IEnumerable<string> AllDirectories { get; }

    public bool Exists => Directory.Exists(MemberDirectory);

    public bool OomKilled() => OomKills() > 0;

    public bool Frozen => Exists && OfExisting(IsFrozen);

    /// <summary>Returns when every process stands still.</summary>
    public void Freeze()
    {
        SetFrozen(true);
        try
        {
            WaitUntil(IsFrozen, "freeze");
        }
        catch (KernelException)
        {
            // Nobody would let those go on that stand already.
            TrySetFrozen(false);
            throw;
        }
    }

    public void Thaw()
    {
        SetFrozen(false);
        WaitUntil(() => !IsFrozen(), "thaw");
    }

    /// <summary>Members of this group and those below it.</summary>
    public List<int> Processes()
    {
        List<int> processes = [];
        Collect(MemberDirectory, processes);
        return processes;
    }

    private static void Collect(string top, List<int> processes) => CgroupTree.Visit(top, directory =>
    {
        try
        {
            foreach (string line in LinuxFile.ReadText($"{directory}/cgroup.procs", limit: 16 << 20).Split('\n'))
                if (int.TryParse(line, out int pid)) processes.Add(pid);
        }
        catch (KernelException e) when (e.Errno is Errno.ENOENT or Errno.ENODEV or Errno.EOPNOTSUPP)
        {
            // Removed meanwhile, or a threaded group, whose members its parent lists.
        }
    });

    /// <summary>To the container's processes in here, and to nobody else's.</summary>
    public void SignalAll(int signal, ContainerProcesses own)
    {
        if (signal == Kill && own.AreAll && TryKillAtOnce()) return;
        if (signal == Kill && own.OwnPids)
        {
            // The kernel ends all others with it.
            own.KillFirst();
            LetDie();
            return;
        }
        // Frozen, so that no process can fork away from the list; a process frozen by v1 gets its signals when it thaws.
        // One that only asks disturbs nobody, and who has frozen the container before lets it go on himself.
        bool frozen = signal != 0 && FreezerDirectory is not null && !Frozen && TrySetFrozen(true);
        foreach (int pid in Members(own))
        {
            using SafeFileDescriptor? process = PidFd.Open(pid);
            if (process is not null) PidFd.Signal(process, signal);
        }
        if (frozen) TrySetFrozen(false);
    }

    /// <summary>The container's processes, as far as they can be found.</summary>
    protected virtual IReadOnlyList<int> Members(ContainerProcesses own) => own.Among(Processes());

    /// <summary>What was killed lets nothing hold it up: not this group's being frozen,
    /// nor that of one which the container made below.</summary>
    public void LetDie()
    {
        if (Exists) ThawToDie();
    }

    /// <summary>Kills every process in any of its directories and below; returns when none is left.</summary>
    /// <remarks>In any: on v1 a process comes into one hierarchy after the other, and one that was on its way is in some only.</remarks>
    public void EndAll() => Empty(static () => true, "kill");

    /// <summary>Kills whoever is in any of its directories, and removes these; returns when nothing is left. For a group in which nobody
    /// but the container is.</summary>
    /// <remarks>Until then who was on his way in may have come into the next one.</remarks>
    public void Clear() => Empty(TryRemoveDirectories, "remove");

    private void Empty(Func<bool> finish, string step)
    {
        Deadline end = new(Patience);
        for (int wait = 0; ; wait++)
        {
            HashSet<int> left = Everybody();
            if (left.Count == 0 && finish()) return;
            // Again from time to time, for those that came to be in the moment of the first.
            if (wait % 20 == 0) KillAll(left);
            ThawToDie();
            if (end.IsOver)
                throw new KernelException($"{step} cgroup", Errno.ETIMEDOUT, MemberDirectory, string.Join(' ', left.Take(10)));
            Thread.Sleep(Math.Min(wait, 10));
        }
    }

    private HashSet<int> Everybody()
    {
        List<int> found = [];
        foreach (string directory in AllDirectories) Collect(directory, found);
        return [.. found];
    }

    private void KillAll(HashSet<int> processes)
    {
        if (processes.Count == 0 || TryKillAtOnce()) return;
        foreach (int pid in processes)
        {
            using SafeFileDescriptor? process = PidFd.Open(pid);
            if (process is not null) PidFd.Signal(process, Kill);
        }
    }

    /// <summary>Kills what is left of the container and removes every directory in which there is nobody else.</summary>
    public void Remove(ContainerProcesses own)
    {
        if (own.Among(Processes()).Count > 0)
        {
            SignalAll(Kill, own);
            WaitUntil(() =>
            {
                // Each time again: a pause may come in between, and what was killed does not die as long as it is frozen.
                ThawToDie();
                return own.Among(Processes()).Count == 0;
            }, "kill");
        }
        try
        {
            Unit?.Stop();
        }
        finally
        {
            RemoveDirectories();
        }
    }

    private void RemoveDirectories()
    {
        foreach (string directory in AllDirectories)
        {
            RemoveTree(directory);
            RemoveOwnParent(directory);
        }
    }

    private bool TryRemoveDirectories()
    {
        bool removed = true;
        foreach (string directory in AllDirectories)
        {
            CgroupTree.RemoveBelow(directory);
            removed &= TryRemove(directory);
            RemoveOwnParent(directory);
        }
        return removed;
    }

    // The last container takes our own group with it. Other parents are the administrator's, with limits that shall stay.
    private static void RemoveOwnParent(string directory)
    {
        string parent = Path.GetDirectoryName(directory)!;
        if (Path.GetFileName(parent) != OwnParent) return;
        try
        {
            Node.Remove(null, parent, isDirectory: true);
        }
        catch (KernelException e) when (e.Errno is Errno.EBUSY or Errno.ENOTEMPTY or Errno.EACCES or Errno.EPERM or Errno.EROFS)
        {
            // Another container lives there, or it is not ours to remove.
        }
    }

    private static void RemoveTree(string directory)
    {
        if (TryRemove(directory)) return;
        Deadline end = new(Patience);
        while (true)
        {
            // Only directories can be removed here; the files go with them. A dying process keeps its group busy for a moment.
            CgroupTree.RemoveBelow(directory);
            if (TryRemove(directory) || HasMembers(directory)) return;
            if (end.IsOver) throw new KernelException("remove cgroup", Errno.EBUSY, directory);
            Thread.Sleep(5);
        }
    }

    // The container's own have ended by now, or are about to be reaped.
    private static bool HasMembers(string directory)
    {
        List<int> members = [];
        Collect(directory, members);
        return members.Exists(static pid => ProcessIdentity.StartTime(pid) is not null);
    }

    private static bool TryRemove(string directory)
    {
        try
        {
            Node.Remove(null, directory, isDirectory: true);
            return true;
        }
        catch (KernelException e) when (e.Errno == Errno.EBUSY)
        {
            return false;
        }
    }

    /// <returns>The directory, or the first one above it that exists.</returns>
    protected static string Nearest(string directory)
    {
        while (!Directory.Exists(directory)) directory = Path.GetDirectoryName(directory)!;
        return directory;
    }

    /// <returns>False too where the group went away meanwhile.</returns>
    protected static bool OfExisting(Func<bool> question)
    {
        try
        {
            return question();
        }
        catch (KernelException e) when (e.Errno is Errno.ENOENT or Errno.ENODEV)
        {
            return false;
        }
    }

    private bool TrySetFrozen(bool frozen)
    {
        try
        {
            SetFrozen(frozen);
            return true;
        }
        catch (KernelException e) when (e.Errno is Errno.ENOENT or Errno.ENODEV)
        {
            return false;
        }
    }

    private void WaitUntil(Func<bool> condition, string step)
    {
        Deadline end = new(Patience);
        for (int wait = 0; !condition(); wait = Math.Min(wait + 1, 10))
        {
            if (end.IsOver) throw new KernelException($"{step} cgroup", Errno.ETIMEDOUT, MemberDirectory);
            Thread.Sleep(wait);
        }
    }
}
