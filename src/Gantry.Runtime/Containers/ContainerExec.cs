using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Linux.Sockets;
using Gantry.Oci.Runtime;
using Gantry.Oci.Runtime.Reading;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Containers.Checks;
using Gantry.Runtime.Init;
using Gantry.Runtime.Launching;
using Gantry.Runtime.Seccomp;
using Gantry.Shim;

namespace Gantry.Runtime.Containers;

public static class ContainerExec
{
    /// <summary>Runs a further process in a running container; returns when it has been executed.</summary>
    /// <exception cref="LaunchException">It could not be; nothing of it is left.</exception>
    public static ExecutedProcess Run(ExecRequest request)
    {
        ProcessCheck.Run(request.Process);
        try
        {
            return new Execution(request).Run();
        }
        catch (KernelException e)
        {
            throw LaunchException.UnableToStart(e.Message, e.Errno);
        }
    }

    private sealed class Execution(ExecRequest request)
    {
        private readonly PhaseClock _clock = new();
        private readonly NamespaceKinds _kinds = SpecNamespaces.Kinds(request.Spec);
        private readonly ContainerCgroup _cgroup =
            ContainerCgroup.At(request.CgroupPath ?? ContainerCgroup.Place(request.Spec.Linux?.CgroupsPath, request.Id));

        /// <summary>
        /// In a user namespace root may see nothing of a process whose program it may not read: so that one may be born in there before it
        /// executes it. Elsewhere who has the rights sees what every process executes: nothing goes in before it executes the sealed file
        /// (CVE-2019-5736).
        /// </summary>
        private bool InUser => _kinds.HasFlag(NamespaceKinds.User);

        public ExecutedProcess Run()
        {
            using OutsideInit? outside = InUser ? null
                : request.Init ?? OutsideInit.Start(request.StateRoot,
                    InitStreams.Of(request.Stdin, request.Stdout, request.Stderr, request.Process), request.PreserveFds);
            using SafeFileDescriptor target = PidFd.Open(request.TargetPid)
                ?? throw GantryException.Conflict("cannot exec in a stopped container");
            ConfigFile config =
                request.Config ?? ConfigFile.Of(new OciSpec { Linux = new OciLinux { Seccomp = request.Spec.Linux?.Seccomp } });
            using CompiledFilter? filter = SeccompCache.Open(config.Seccomp, request.StateRoot);
            _cgroup.Check(request.SubCgroups);
            // Somebody else may have frozen it, and whoever waits for the new process with it.
            if (!request.IgnorePaused && _cgroup.Frozen)
                throw new LaunchException(FailureStep.Paused, 0, "cannot exec in a paused container");
            using SeccompListener? listener = SeccompListener.Connect(filter, config.Seccomp);
            InitPatience? patience =
                request.IgnorePaused ? null : new(() => _cgroup, bounded: listener is null, isNew: static () => false);
            InitOrders orders = new()
            {
                Filter = filter, Listener = listener, Namespaces = _kinds == NamespaceKinds.None ? null : target,
                JoinedKinds = _kinds & (InUser ? NamespaceKinds.Mount : ~InitOrders.Late),
            };
            _clock.Mark("prepare");
            return outside is null ? Inside(orders, target, patience) : Outside(orders, outside, patience);
        }

        /// <summary>By an init that stays outside and makes a sibling, the command: docs/decisions/0010-exec.md.</summary>
        private ExecutedProcess Outside(InitOrders orders, OutsideInit init, InitPatience? patience)
        {
            using InitConversation conversation = Converse(init.Channel, patience);
            conversation.ListenerText = orders.Listener is null ? null : pid => orders.ListenerText(request, pid);
            using (CgroupEntry? entry = _cgroup.Entry(request.SubCgroups, request.TargetPid))
                Tell(orders, conversation, init.Pid, entry, command: 0);
            _clock.Mark("clone");
            Follow(conversation);
            init.Reap();
            ChildProcess command = conversation.TakeSibling()
                ?? throw LaunchException.UnableToStart(InitConversation.Silence);
            return Executed(command, conversation);
        }

        /// <summary>By an init that is born inside of everything, a user namespace too, and becomes the command.</summary>
        private ExecutedProcess Inside(InitOrders orders, SafeFileDescriptor target, InitPatience? patience)
        {
            var (ours, theirs) = UnixSocket.Pair();
            using InitConversation conversation = Converse(new InitChannel(ours), patience);
            ChildProcess command;
            using (theirs)
            {
                using SealedExecutable program = SealedExecutable.Open(request.StateRoot, _kinds);
                using CgroupEntry? entry = _cgroup.Entry(request.SubCgroups, request.TargetPid);
                // The command fits into a group that is full; what our program takes until then does not.
                bool late = entry is not null && !_cgroup.HasRoom(entry, request.SubCgroups);
                using NewbornChild newborn = Begin(program, theirs, target, late ? null : entry, patience);
                theirs.Dispose();
                Tell(orders, conversation, newborn.Pid, late ? entry : null, command: newborn.Pid);
                command = newborn.Execute();
            }
            try
            {
                _clock.Mark("clone");
                Follow(conversation);
            }
            catch
            {
                command.End();
                throw;
            }
            return Executed(command, conversation);
        }

        private NewbornChild Begin(SealedExecutable program, SafeFileDescriptor socket, SafeFileDescriptor target, CgroupEntry? entry,
            InitPatience? patience)
        {
            using InitStreams streams = new(request.Stdin, request.Stdout, request.Stderr, request.Process, inUser: true);
            return ChildProcess.Begin(InitChild.Request(program, socket, streams.Numbers, request.PreserveFds) with
            {
                Join = [new NamespaceJoin(target, _kinds & ~NamespaceKinds.Mount)],
                Cgroup = entry,
                Affinity = request.Process.ExecCPUAffinity?.Initial is { Length: > 0 } cpus
                    ? CpuList.Parse(cpus, "execCPUAffinity.initial") : [],
                Silent = patience is null ? null : patience.Silent,
            });
        }

        private static InitConversation Converse(InitChannel channel, InitPatience? patience)
        {
            channel.Silent = patience is null ? null : patience.Silent;
            return new InitConversation(channel);
        }

        /// <param name="init">Whom to tell.</param>
        /// <param name="entry">For one that goes in last: the way into the cgroup.</param>
        /// <param name="command">Who becomes the command; 0 for one that is not born yet.</param>
        private void Tell(InitOrders orders, InitConversation conversation, int init, CgroupEntry? entry, int command)
        {
            OomScore.Set(init, request.Process, conversation.Note);
            orders.Send(conversation.Channel, request, entry, InUser, command);
            request.Meanwhile?.Invoke();
        }

        private void Follow(InitConversation conversation)
        {
            conversation.UntilExecuted();
            _clock.Add(conversation.Phases);
            _clock.Mark("wait for init");
        }

        private ExecutedProcess Executed(ChildProcess command, InitConversation conversation) =>
            new(command, conversation.TakeConsole(), _clock.Phases, conversation.Notes);
    }
}
