using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Containers;
using Gantry.Runtime.Hooks;

namespace Gantry.Runtime.CommandLine;

internal static class StartCommand
{
    public static Command Command => new("start", "ID", "run the command of a created container", Run);

    private static int Run(GlobalOptions global, OptionParser options)
    {
        string id = options.Id;
        ContainerState state = ContainerState.Load(global.Root, id);
        string status = state.Status(global.Root);
        if (status != "created")
            throw GantryException.Conflict(status == "stopped" ? "cannot start a container that has stopped"
                : "cannot start an already running container");
        OciSpec spec = Bundle.Load(state.Bundle).Spec;
        if (spec.Process is null) throw GantryException.Invalid("process property must not be empty");
        string path = Path.Combine(global.Root, id, ContainerState.FifoName);
        Release(path);
        File.Delete(path);
        HookRunner.RunAllTolerant(spec.Hooks?.Poststart, "poststart", HookRunner.State(id, "running", state.Pid, state.Bundle, spec),
            global.Log.Warning);
        return 0;
    }

    // Init has it open and waits for a byte: where nobody reads any more, open and write fail instead of waiting.
    private static void Release(string path)
    {
        try
        {
            using SafeFileDescriptor fifo = LinuxFile.Open(path, OpenFlags.WriteOnly | OpenFlags.NonBlock);
            Descriptor.WriteAll(fifo.Number, "0"u8);
        }
        catch (KernelException e) when (e.Errno is Errno.ENXIO or Errno.EPIPE)
        {
            throw GantryException.Conflict("container process is already dead");
        }
    }
}
