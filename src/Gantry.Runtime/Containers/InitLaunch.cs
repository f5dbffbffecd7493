using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Oci.Runtime.Reading;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Hooks;
using Gantry.Runtime.Init;
using Gantry.Runtime.Seccomp;

namespace Gantry.Runtime.Containers;

/// <summary>Clones a child into this program's <c>init</c>, with the descriptors that it needs behind those the user asked for.</summary>
internal sealed class InitLaunch(SealedExecutable program, SafeFileDescriptor socket, int preserveFds)
{
    /// <summary>Namespaces that an exec's last child alone can join.</summary>
    internal const NamespaceKinds Late = NamespaceKinds.Time | NamespaceKinds.Cgroup;

    private readonly List<(int From, int To)> _descriptors = [];

    internal SafeFileDescriptor? Root { get; init; }
    internal SafeFileDescriptor? Fifo { get; init; }
    internal CompiledFilter? Filter { get; init; }
    /// <summary>What init itself joins <see cref="JoinedKinds"/> through.</summary>
    internal SafeFileDescriptor? Namespaces { get; init; }
    internal NamespaceKinds JoinedKinds { get; init; }
    internal MountSources? Sources { get; init; }
    internal SeccompListener? Listener { get; init; }

    private readonly List<MountSource> _sourceNumbers = [];
    private int _channelNumber, _rootNumber = -1, _fifoNumber = -1, _filterNumber = -1, _namespaceNumber = -1, _listenerNumber = -1;
    private int _programNumber = -1, _cgroupFirst, _cgroupCount, _cgroupNumber = -1;

    /// <param name="cloned">Called while the child starts: what can be done meanwhile costs no time.</param>
    internal ChildProcess Spawn(CreateRequest request, SpecNamespaces namespaces, ContainerCgroup cgroup, Action<int> cloned)
    {
        ChildRequest child = Base(request.Stdin, request.Stdout, request.Stderr, request.Spec.Process?.Terminal == true) with
        {
            New = namespaces.New,
            TimeOffsets = namespaces.TimeOffsets,
            Join = namespaces.ToJoin,
            Cloned = pid =>
            {
                if (namespaces.New.HasFlag(NamespaceKinds.User)) UserMapping.Write(pid, request.Spec.Linux!);
                cloned(pid);
            },
        };
        using CgroupEntry? entry = cgroup.Entry([]);
        return ChildProcess.Spawn(child with { Cgroup = entry });
    }

    /// <summary>An exec's init that is born inside of everything.</summary>
    internal ChildProcess SpawnInside(ExecRequest request, IReadOnlyList<NamespaceJoin> join, ContainerCgroup cgroup, Action<int> cloned)
    {
        ChildRequest child = Base(request.Stdin, request.Stdout, request.Stderr, request.Process.Terminal) with { Join = join, Cloned = cloned };
        if (request.Process.ExecCPUAffinity?.Initial is { Length: > 0 } cpus) child = child with { Affinity = CpuList.Parse(cpus, "execCPUAffinity.initial") };
        using CgroupEntry? entry = cgroup.Entry(request.SubCgroups, request.TargetPid);
        return ChildProcess.Spawn(child with { Cgroup = entry });
    }

    /// <summary>An exec's init that stays outside, and gets what its last child needs to go in.</summary>
    internal ChildProcess SpawnOutside(ExecRequest request, ContainerCgroup cgroup)
    {
        ChildRequest child = Base(request.Stdin, request.Stdout, request.Stderr, request.Process.Terminal);
        using CgroupEntry? entry = cgroup.Entry(request.SubCgroups, request.TargetPid);
        (_cgroupFirst, _cgroupCount) = (_descriptors.Count, entry?.Tasks.Count ?? 0);
        foreach (SafeFileDescriptor file in entry?.Tasks ?? []) Place(file);
        if (entry?.Directory is { } directory) _cgroupNumber = Place(directory);
        // By a name, as the plain child's program has one.
        _programNumber = Place(program.Directory);
        return ChildProcess.Spawn(child with { Directory = null, Path = Path.Join($"/proc/self/fd/{_programNumber}", program.Path) });
    }

    private ChildRequest Base(int stdin, int stdout, int stderr, bool terminal)
    {
        // With a terminal init opens its own; until then it needs only somewhere to write to.
        _descriptors.AddRange(terminal ? [(2, 0), (2, 1), (2, 2)] : [(stdin, 0), (stdout, 1), (stderr, 2)]);
        for (int i = 0; i < preserveFds; i++) _descriptors.Add((3 + i, 3 + i));
        _channelNumber = Place(socket);
        if (Root is not null) _rootNumber = Place(Root);
        if (Fifo is not null) _fifoNumber = Place(Fifo);
        if (Filter is not null) _filterNumber = Place(Filter.File);
        if (Namespaces is not null) _namespaceNumber = Place(Namespaces);
        if (Listener is not null) _listenerNumber = Place(Listener.Socket);
        foreach ((int index, SafeFileDescriptor tree) in Sources?.Trees ?? []) _sourceNumbers.Add(new MountSource(index, Place(tree)));
        return new ChildRequest
        {
            Directory = program.Directory,
            Path = program.Path,
            Arguments = ["gantry-runtime", "init", _channelNumber.ToString()],
            Descriptors = _descriptors,
        };
    }

    private int Place(SafeFileDescriptor file)
    {
        int number = _descriptors.Count;
        _descriptors.Add((file.Number, number));
        return number;
    }

    internal void SendRequest(InitChannel channel, CreateRequest request, ConfigFile config, SpecNamespaces namespaces, ContainerCgroup cgroup, int pid)
    {
        OciHooks? hooks = config.Spec.Hooks;
        Send(channel, config.Json.Span, new InitRequest
        {
            Id = request.Id,
            Bundle = request.Bundle,
            RootTarget = ContainerState.Directory(request.StateRoot, request.Id),
            Joined = namespaces.Joined != NamespaceKinds.None,
            NoPivot = request.NoPivot,
            NoNewKeyring = request.NoNewKeyring,
            ListenFds = request.ListenFds,
            NewMount = namespaces.New.HasFlag(NamespaceKinds.Mount),
            InUser = namespaces.InUser,
            Personality = Personality(request.Spec),
            ListenerMessage = Listener?.Message(pid, HookRunner.State(request.Id, "creating", pid, request.Bundle, request.Spec)) ?? "",
            NewNetwork = namespaces.New.HasFlag(NamespaceKinds.Network),
            Cgroups = cgroup.Directories,
            UnifiedCgroup = cgroup.UnifiedDirectory,
            WaitForHooks = hooks is { Prestart.Count: > 0 } or { CreateRuntime.Count: > 0 },
        });
    }

    /// <param name="pid">The command's; 0 for one that is not born yet.</param>
    internal void SendRequest(InitChannel channel, ExecRequest request, bool inUser, int pid) => Send(channel, InitWriter.Write(request.Process), new InitRequest
    {
        Id = request.Id,
        Bundle = "/",
        RootTarget = "/",
        Exec = true,
        Joined = true,
        ListenFds = request.ListenFds,
        InUser = inUser,
        Personality = Personality(request.Spec),
        InSibling = pid == 0,
        LateKinds = pid == 0 ? SpecNamespaces.Kinds(request.Spec) & Late : NamespaceKinds.None,
        CgroupFirst = _cgroupFirst,
        CgroupCount = _cgroupCount,
        CgroupDescriptor = _cgroupNumber,
        ProgramDescriptor = _programNumber,
        ListenerMessage = pid == 0 ? "" : ListenerText(request, pid),
    });

    internal string ListenerText(ExecRequest request, int pid) =>
        Listener?.Message(pid, HookRunner.State(request.Id, "running", request.TargetPid, request.Bundle, request.Spec)) ?? "";

    private static int Personality(OciSpec spec) => spec.Linux?.Personality is { } personality ? (int)ExecutionDomain.Number(personality) : -1;

    private void Send(InitChannel channel, ReadOnlySpan<byte> spec, InitRequest request)
    {
        // Init holds the other end alone, so that a send fails instead of waiting when the child could not be executed.
        socket.Dispose();
        try
        {
            channel.Send(InitWriter.Write(request with
            {
                RootDescriptor = _rootNumber,
                FifoDescriptor = _fifoNumber,
                SeccompDescriptor = _filterNumber,
                SeccompFlags = Filter?.Flags ?? 0,
                NamespaceDescriptor = _namespaceNumber,
                JoinedKinds = JoinedKinds,
                ListenerDescriptor = _listenerNumber,
                MountSources = _sourceNumbers,
                PreserveFds = preserveFds,
            }));
            channel.Send(spec);
        }
        catch (KernelException e) when (e.Errno is Errno.EPIPE or Errno.ECONNRESET)
        {
            // The child says itself, through its report, why it is gone.
        }
    }
}
