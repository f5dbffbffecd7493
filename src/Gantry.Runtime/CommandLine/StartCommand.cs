using Gantry.Linux;
using Gantry.Linux.Events;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Containers;
using Gantry.Runtime.Hooks;

namespace Gantry.Runtime.CommandLine;

internal static class StartCommand
{
    internal static int Run(GlobalOptions global, ReadOnlySpan<string> args)
    {
        string id = new OptionParser(args).Id("start");
        ContainerState state = ContainerState.Load(global.Root, id);
        string status = state.Status(global.Root);
        if (status != "created") throw GantryException.Conflict(status == "stopped" ? "cannot start a container that has stopped" : "cannot start an already running container");
        string path = Path.Combine(global.Root, id, ContainerState.FifoName);
        Open(path, state.Pid);
        File.Delete(path);
        OciSpec spec = Bundle.Load(state.Bundle).Spec;
        HookRunner.RunAllTolerant(spec.Hooks?.Poststart, "poststart", HookRunner.State(id, "running", state.Pid, state.Bundle, spec), global.Log.Warning);
        return 0;
    }

    // Init waits in open(2) for a reader. Opened without blocking, so that an init that dies instead does not leave us waiting for ever.
    private static void Open(string path, int pid)
    {
        using SafeFileDescriptor process = PidFd.Open(pid) ?? throw GantryException.Conflict("cannot start a container that has stopped");
        using SafeFileDescriptor fifo = LinuxFile.Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlock);
        using Epoll epoll = new();
        epoll.Add(fifo.Number, EpollEvents.Read, 0);
        epoll.Add(process.Number, EpollEvents.Read, 1);
        Span<EpollReady> ready = stackalloc EpollReady[2];
        Span<byte> mark = stackalloc byte[1];
        while (true)
        {
            epoll.Wait(ready);
            if (Descriptor.Read(fifo.Number, mark) == 1) return;
            if (ProcessIdentity.StartTime(pid) is null) throw GantryException.Conflict("container process is already dead");
        }
    }
}
