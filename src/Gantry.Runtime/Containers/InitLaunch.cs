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
    private readonly List<(int From, int To)> _descriptors = [];

    internal SafeFileDescriptor? Root { get; init; }
    internal SafeFileDescriptor? Fifo { get; init; }
    internal CompiledFilter? Filter { get; init; }
    internal SafeFileDescriptor? MountNamespace { get; init; }
    internal MountSources? Sources { get; init; }
    internal SeccompListener? Listener { get; init; }

    private readonly List<MountSource> _sourceNumbers = [];
    private int _channelNumber, _rootNumber = -1, _fifoNumber = -1, _filterNumber = -1, _mountNumber = -1, _listenerNumber = -1;

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
        return Enter(cgroup, child);
    }

    internal ChildProcess Spawn(ExecRequest request, IReadOnlyList<NamespaceJoin> join, ContainerCgroup cgroup, Action<int> cloned)
    {
        ChildRequest child = Base(request.Stdin, request.Stdout, request.Stderr, request.Process.Terminal) with { Join = join, Cloned = cloned };
        if (request.Process.ExecCPUAffinity?.Initial is { Length: > 0 } cpus) child = child with { Affinity = CpuList.Parse(cpus, "execCPUAffinity.initial") };
        return Enter(cgroup, child, request.SubCgroups);
    }

    private static ChildProcess Enter(ContainerCgroup cgroup, ChildRequest child, params IReadOnlyList<SubCgroup> below)
    {
        ChildRequest entering = cgroup.Enter(child, below);
        try
        {
            return ChildProcess.Spawn(entering);
        }
        finally
        {
            foreach (SafeFileDescriptor file in entering.CgroupFiles) file.Dispose();
            entering.Cgroup?.Dispose();
        }
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
        if (MountNamespace is not null) _mountNumber = Place(MountNamespace);
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
        ListenerMessage = Listener?.Message(pid, HookRunner.State(request.Id, "running", request.TargetPid, request.Bundle, request.Spec)) ?? "",
    });

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
                MountNamespaceDescriptor = _mountNumber,
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
