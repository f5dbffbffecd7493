using Gantry.Linux.Trees;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Linux.Processes;
using Gantry.Linux.Sockets;
using Gantry.Oci.Runtime;
using Gantry.Oci.Runtime.Reading;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Cgroups.Controllers;
using Gantry.Runtime.Hooks;
using Gantry.Runtime.Init;
using Gantry.Runtime.Launching;
using Gantry.Runtime.Processes;
using Gantry.Runtime.Seccomp;
using Gantry.Shim;

namespace Gantry.Runtime.Containers;

public static class ContainerCreate
{
    /// <summary>Makes the container up to the point where only the user's command is missing.</summary>
    /// <exception cref="LaunchException">Nothing of it is left then.</exception>
    public static CreatedContainer Run(CreateRequest request)
    {
        ContainerState.CheckId(request.Id);
        SpecCheck.Run(request.Spec, processOptional: request.StartFromElsewhere);
        string directory = ContainerState.Directory(request.StateRoot, request.Id);
        Directory.CreateDirectory(request.StateRoot);
        using PreparedUnit? unit = request.SystemdCgroup ? new PreparedUnit(request.Id, request.Spec, request.Rootless) : null;
        string cgroupPath = unit?.Path ?? ContainerCgroup.Place(request.Spec.Linux?.CgroupsPath, request.Id);
        // Before anything is made: a group that exists is the caller's.
        if (ContainerCgroup.At(cgroupPath).HoldsNewcomers()) throw GantryException.Conflict(InitPatience.Frozen);
        // Making the directory is what claims the name.
        if (!Node.MakeDirectory(null, directory, Octal.O711)) throw GantryException.Conflict($"container with id exists: {request.Id}");
        Creation creation = new(request, directory, cgroupPath, unit);
        try
        {
            return creation.Run();
        }
        catch (Exception e)
        {
            creation.Cgroup.Remove(creation.Processes);
            TreeRemoval.Remove(directory);
            if (e is not KernelException kernel) throw;
            throw LaunchException.UnableToStart(kernel.Message, kernel.Errno);
        }
    }

    private sealed class Creation(CreateRequest request, string directory, string cgroupPath, PreparedUnit? unit)
    {
        private readonly PhaseClock _clock = new();
        private readonly List<string> _notes = [];
        private string _cgroupPath = cgroupPath;
        private long _startTime;
        private bool _tasksLimited;

        /// <summary>What systemd makes exists only together with a process in it.</summary>
        public ContainerCgroup Cgroup { get; private set; } = ContainerCgroup.At(unit is null ? cgroupPath : "");

        /// <summary>Until there is a first one: what may be ended when nothing comes of the container.</summary>
        public ContainerProcesses Processes { get; private set; } = ContainerProcesses.None;

        public CreatedContainer Run()
        {
            using SpecNamespaces namespaces = new(request.Spec);
            using SafeFileDescriptor? root = OpenRoot(namespaces);
            using MountSources sources = MountSources.Open(request, namespaces);
            using SealedExecutable program = SealedExecutable.Open(request.StateRoot, namespaces.Joined);
            _clock.Mark("assemble root");
            if (unit is null) MakeCgroup();
            _clock.Mark("cgroup");
            ConfigFile config = request.Config ?? ConfigFile.Of(request.Spec);
            using CompiledFilter? filter = SeccompCache.Open(config.Seccomp, request.StateRoot);
            using SeccompListener? listener = SeccompListener.Connect(filter, config.Seccomp);
            if (filter is not null) _clock.Mark("seccomp");
            using SafeFileDescriptor? fifo = request.StartFromElsewhere ? MakeFifo() : null;
            var (ours, theirs) = UnixSocket.Pair();
            InitChannel channel = new(ours);
            InitConversation conversation = new(channel);
            _notes.ForEach(conversation.Note);
            InitPatience patience = new(() => Cgroup, bounded: request.Spec.Hooks is null && listener is null,
                isNew: () => !ReferenceEquals(Processes, ContainerProcesses.None));
            channel.Silent = patience.Silent;
            InitOrders orders = new()
            {
                Root = root, Fifo = fifo, Filter = filter, Listener = listener, Namespaces = namespaces.ToJoinInside,
                JoinedKinds = NamespaceKinds.Mount, Sources = sources,
            };
            ChildProcess? init = null;
            try
            {
                using (NewbornChild newborn = Begin(program, theirs, namespaces, patience))
                {
                    // Init holds it alone from here on, so that a send fails instead of waiting when it could not be executed.
                    theirs.Dispose();
                    // What is done while it starts costs no time.
                    Prepare(newborn.Pid, namespaces, conversation);
                    orders.Send(channel, request, config, namespaces, Cgroup, newborn.Pid);
                    // Early: whoever ends another container in this group has to know whose this process is.
                    PrepareState(newborn.Pid);
                    request.NamespacesReady?.Invoke(newborn.Pid);
                    init = newborn.Execute();
                }
                // Meanwhile: the kernel lets us wait for the end of its mount.
                program.Dispose();
                return Follow(conversation, init);
            }
            catch
            {
                init?.End();
                theirs.Dispose();
                channel.Dispose();
                throw;
            }
        }

        private NewbornChild Begin(SealedExecutable program, SafeFileDescriptor socket, SpecNamespaces namespaces, InitPatience patience)
        {
            using InitStreams streams =
                new(request.Stdin, request.Stdout, request.Stderr, request.Spec.Process, namespaces.InUser);
            using CgroupEntry? entry = Cgroup.Entry([]);
            return ChildProcess.Begin(InitChild.Request(program, socket, streams.Numbers, request.PreserveFds) with
            {
                New = namespaces.New,
                TimeOffsets = namespaces.TimeOffsets,
                Join = namespaces.ToJoin,
                Cgroup = entry,
                WaitsForWord = unit is not null || namespaces.New.HasFlag(NamespaceKinds.User),
                Silent = patience.Silent,
            });
        }

        private void Prepare(int pid, SpecNamespaces namespaces, InitConversation conversation)
        {
            if (namespaces.New.HasFlag(NamespaceKinds.User)) UserMapping.Write(pid, request.Spec.Linux!);
            _clock.Mark("clone");
            StartUnit(pid);
            if (request.Spec.Process is { } process) OomScore.Set(pid, process, conversation.Note);
        }

        private void MakeCgroup()
        {
            OciResources? resources = request.Spec.Linux?.Resources;
            Processes = ContainerProcesses.ForNew(Cgroup.GroupPath, Cgroup.Processes().Count, request.Spec, _notes.Add);
            try
            {
                Cgroup.Make(PidsController.AtFirst(resources));
            }
            catch (KernelException e) when (e.Errno is Errno.EACCES or Errno.EPERM or Errno.EROFS && Rootless.Applies(request.Rootless))
            {
                if (Rootless.AsksForLimits(resources))
                    throw new KernelException("set limits of a rootless container", e.Errno,
                        hint: $"no cgroup was delegated to this user: {e.Message}");
                Cgroup.Remove(Processes);
                (Cgroup, _cgroupPath) = (new NoCgroup(), "");
            }
        }

        private void StartUnit(int pid)
        {
            if (unit is null) return;
            Cgroup = unit.Start(pid, PidsController.AtFirst(request.Spec.Linux?.Resources));
            _clock.Mark("unit of systemd");
        }

        private SafeFileDescriptor? OpenRoot(SpecNamespaces namespaces)
        {
            if (request.Root is { } mount) return RootAssembly.Open(mount);
            // The root of a user namespace may not pass directories that are closed to others; this process may.
            return namespaces.InUser && ThisProcess.EffectiveUser == 0 && request.Spec.Root is { } root
                ? RootAssembly.Open(new RootMount { Type = RootMount.Bind, Source = Path.GetFullPath(root.Path, request.Bundle) })
                : null;
        }

        // Leaves with the child alive and waiting, or by an exception.
        private CreatedContainer Follow(InitConversation conversation, ChildProcess child)
        {
            conversation.OnHooks = () =>
            {
                // They may change it.
                LimitTasks();
                RunHooks(child.Pid);
            };
            conversation.UntilCreated();
            LimitTasks();
            _clock.Add(conversation.Phases);
            _clock.Mark("wait for init");
            ContainerState.Publish(request.StateRoot, request.Id);
            return new CreatedContainer(request, child, conversation, Cgroup, _startTime, _clock);
        }

        private void LimitTasks()
        {
            if (_tasksLimited || _cgroupPath.Length == 0) return;
            _tasksLimited = true;
            if (PidsController.AtLast(request.Spec.Linux?.Resources) is { } limit) Cgroup.Update(limit);
        }

        private void PrepareState(int pid) => new ContainerState
        {
            Id = request.Id,
            Pid = pid,
            StartTime = _startTime = ProcessIdentity.StartTime(pid) ?? 0,
            Bundle = request.Bundle,
            Rootfs = request.Spec.Root is { } root ? Path.GetFullPath(root.Path, request.Bundle) : "",
            Created = $"{DateTimeOffset.UtcNow:O}",
            CgroupPath = _cgroupPath,
            OwnPids = ContainerProcesses.HasOwnPids(request.Spec),
            Unit = unit?.Unit,
            Annotations = request.Spec.Annotations,
        }.Prepare(request.StateRoot);

        private void RunHooks(int pid)
        {
            OciState state = HookRunner.State(request.Id, "creating", pid, request.Bundle, request.Spec);
            HookRunner.RunAll(request.Spec.Hooks?.Prestart, "prestart", state);
            HookRunner.RunAll(request.Spec.Hooks?.CreateRuntime, "createRuntime", state);
        }

        private SafeFileDescriptor MakeFifo()
        {
            string path = Path.Combine(directory, ContainerState.FifoName);
            using SafeFileDescriptor parent = LinuxFile.OpenDirectory(directory);
            Node.Make(parent, ContainerState.FifoName, FileKind.Fifo, Octal.O600);
            // To both sides: so init waits in read(2) and need not open anything by a path that is the container's by then.
            return LinuxFile.Open(path, OpenFlags.ReadWrite);
        }
    }
}
