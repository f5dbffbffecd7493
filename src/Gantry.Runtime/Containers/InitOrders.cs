using System.Runtime.InteropServices;
using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Oci.Runtime.Reading;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Hooks;
using Gantry.Runtime.Init;
using Gantry.Runtime.Seccomp;

namespace Gantry.Runtime.Containers;

/// <summary>What an init is told to do: its request, the spec, and the descriptors that the request names.</summary>
internal sealed class InitOrders
{
    /// <summary>Namespaces that an exec's last child alone can join.</summary>
    public const NamespaceKinds Late = NamespaceKinds.Time | NamespaceKinds.Cgroup;

    private readonly List<int> _sent = [];

    public SafeFileDescriptor? Root { get; init; }
    public SafeFileDescriptor? Fifo { get; init; }
    public CompiledFilter? Filter { get; init; }
    /// <summary>What init itself joins <see cref="JoinedKinds"/> through.</summary>
    public SafeFileDescriptor? Namespaces { get; init; }
    public NamespaceKinds JoinedKinds { get; init; }
    public MountSources? Sources { get; init; }
    public SeccompListener? Listener { get; init; }

    /// <returns>The index by which the request names it; -1 for nothing.</returns>
    private int Pass(SafeFileDescriptor? file)
    {
        if (file is null) return -1;
        _sent.Add(file.Number);
        return _sent.Count - 1;
    }

    private int[] Pass(IReadOnlyList<SafeFileDescriptor> files)
    {
        int[] indices = new int[files.Count];
        for (int i = 0; i < indices.Length; i++) indices[i] = Pass(files[i]);
        return indices;
    }

    private List<MountSource> PassSources()
    {
        List<MountSource> sources = [];
        foreach ((int index, SafeFileDescriptor tree, string path) in Sources?.Trees ?? [])
            sources.Add(new MountSource(index, Pass(tree), path));
        return sources;
    }

    public void Send(InitChannel channel, CreateRequest request, ConfigFile config, SpecNamespaces namespaces,
        ContainerCgroup cgroup, int pid)
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
            PreserveFds = request.PreserveFds,
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

    /// <param name="entry">For one that goes in last: the way into the cgroup.</param>
    /// <param name="pid">The command's; 0 for one that is not born yet.</param>
    public void Send(InitChannel channel, ExecRequest request, CgroupEntry? entry, bool inUser, int pid) =>
        Send(channel, InitWriter.Write(request.Process), new InitRequest
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
        CgroupTasks = Pass(entry?.Tasks ?? []),
        CgroupDescriptor = Pass(entry?.Directory),
        PreserveFds = request.PreserveFds,
        ListenerMessage = pid == 0 ? "" : ListenerText(request, pid),
    });

    public string ListenerText(ExecRequest request, int pid) =>
        Listener?.Message(pid, HookRunner.State(request.Id, "running", request.TargetPid, request.Bundle, request.Spec)) ?? "";

    private static int Personality(OciSpec spec) =>
        spec.Linux?.Personality is { } personality ? (int)ExecutionDomain.Number(personality) : -1;

    private void Send(InitChannel channel, ReadOnlySpan<byte> spec, InitRequest request)
    {
        byte[] complete = InitWriter.Write(request with
        {
            RootDescriptor = Pass(Root),
            FifoDescriptor = Pass(Fifo),
            SeccompDescriptor = Pass(Filter?.File),
            SeccompFlags = Filter?.Flags ?? 0,
            NamespaceDescriptor = Pass(Namespaces),
            JoinedKinds = JoinedKinds,
            ListenerDescriptor = Pass(Listener?.Socket),
            MountSources = PassSources(),
        });
        try
        {
            channel.Send(complete, CollectionsMarshal.AsSpan(_sent));
            channel.Send(spec);
        }
        catch (KernelException e) when (e.Errno is Errno.EPIPE or Errno.ECONNRESET)
        {
            // The child says itself, through its report, why it is gone.
        }
    }
}
