using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Init;

namespace Gantry.Runtime.Containers;

/// <summary>Clones a child into this program's <c>init</c>, with the descriptors that it needs behind those the user asked for.</summary>
internal sealed class InitLaunch(SealedExecutable program, SafeFileDescriptor socket, int preserveFds)
{
    private readonly List<(int From, int To)> _descriptors = [];

    internal SafeFileDescriptor? Root { get; init; }
    internal SafeFileDescriptor? Fifo { get; init; }
    internal SafeFileDescriptor? Filter { get; init; }
    internal SafeFileDescriptor? MountNamespace { get; init; }

    private int _channelNumber, _rootNumber = -1, _fifoNumber = -1, _filterNumber = -1, _mountNumber = -1;

    internal ChildProcess Spawn(CreateRequest request, SpecNamespaces namespaces, ContainerCgroup cgroup)
    {
        ChildRequest child = Base(request.Stdin, request.Stdout, request.Stderr, request.Spec.Process!.Terminal) with
        {
            New = namespaces.New,
            Join = namespaces.ToJoin,
            Cloned = pid =>
            {
                if (namespaces.New.HasFlag(NamespaceKinds.User)) UserMapping.Write(pid, request.Spec.Linux!);
                request.NamespacesReady?.Invoke(pid);
            },
        };
        return Enter(cgroup, child);
    }

    internal ChildProcess Spawn(ExecRequest request, IReadOnlyList<NamespaceJoin> join, ContainerCgroup cgroup) =>
        Enter(cgroup, Base(request.Stdin, request.Stdout, request.Stderr, request.Process.Terminal) with { Join = join });

    private static ChildProcess Enter(ContainerCgroup cgroup, ChildRequest child)
    {
        ChildRequest entering = cgroup.Enter(child);
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
        if (Filter is not null) _filterNumber = Place(Filter);
        if (MountNamespace is not null) _mountNumber = Place(MountNamespace);
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

    internal void SendRequest(InitChannel channel, CreateRequest request, SpecNamespaces namespaces, ContainerCgroup cgroup)
    {
        OciSpec spec = request.Spec;
        Send(channel, spec, new InitRequest
        {
            Id = request.Id,
            Bundle = request.Bundle,
            RootTarget = ContainerState.Directory(request.StateRoot, request.Id),
            NoPivot = request.NoPivot,
            NoNewKeyring = request.NoNewKeyring,
            NewMount = namespaces.New.HasFlag(NamespaceKinds.Mount),
            NewUser = namespaces.New.HasFlag(NamespaceKinds.User),
            NewNetwork = namespaces.New.HasFlag(NamespaceKinds.Network),
            Cgroups = cgroup.Directories,
            WaitForHooks = spec.Hooks is { } hooks && (hooks.Prestart is { Count: > 0 } || hooks.CreateRuntime is { Count: > 0 }),
        });
    }

    internal void SendRequest(InitChannel channel, ExecRequest request) => Send(channel, request.Spec with { Process = request.Process }, new InitRequest
    {
        Id = request.Id,
        Bundle = "/",
        RootTarget = "/",
        Exec = true,
    });

    private void Send(InitChannel channel, OciSpec spec, InitRequest request)
    {
        channel.Send(request with
        {
            RootDescriptor = _rootNumber,
            FifoDescriptor = _fifoNumber,
            SeccompDescriptor = _filterNumber,
            MountNamespaceDescriptor = _mountNumber,
            SeccompFlags = Seccomp.SeccompPolicy.Flags(spec.Linux?.Seccomp),
            PreserveFds = preserveFds,
        }, InitJson.Default.InitRequest);
        // What only the parent needs would only cost time on both sides.
        channel.Send(spec with { Linux = spec.Linux is null ? null : spec.Linux with { Seccomp = null, Resources = null } }, InitJson.Default.OciSpec);
    }
}
