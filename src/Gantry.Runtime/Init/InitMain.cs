using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Launching;
using Gantry.Shim;

namespace Gantry.Runtime.Init;

/// <summary>What a cloned child executes: it prepares itself from the inside and then becomes the user's command.</summary>
internal static class InitMain
{
    /// <param name="args">The number of the descriptor that leads to the parent; and of what this program was executed from,
    /// to be closed, if that is still open.</param>
    public static int Run(ReadOnlySpan<string> args)
    {
        if (args.Length is 0 or > 2 || !int.TryParse(args[0], out int number)) return 2;
        if (args.Length == 2 && int.TryParse(args[1], out int program)) new SafeFileDescriptor(program).Dispose();
        using InitChannel channel = new(new SafeFileDescriptor(number));
        ThisProcess.CloseOnExecFrom(number);
        bool fromElsewhere = false;
        try
        {
            PhaseClock clock = new();
            (InitRequest request, OciSpec spec) = channel.ReceiveRequest();
            fromElsewhere = request.FifoDescriptor >= 0;
            clock.Mark("read request");
            using SecurityLabels? labels = SecurityLabels.Open(spec.Process);
            // From before we enter their tree until the command is executed: we still hold the host's rights.
            if (request.Joined) ThisProcess.ForbidInspection();
            // Who waits for a start by somebody else may wait long.
            using CleanPages? pages = fromElsewhere ? CleanPages.TryOpen() : null;
            if (request.NamespaceDescriptor >= 0) JoinNamespaces(request);
            if (request.Exec) ThisProcess.JoinNewSessionKeyring(null);
            if (!request.Exec) ContainerSetup.Run(request, spec, channel, clock);
            else if (spec.Process?.Terminal == true) OpenTerminal(spec.Process, channel);
            new ProcessSetup(request, spec, channel, clock, labels) { Pages = pages }.BecomeCommand();
            return 0;
        }
        catch (Exception e) when (LaunchException.IsExpected(e))
        {
            Report(channel, e, fromElsewhere);
            return 1;
        }
    }

    // From here on paths are the container's.
    private static void JoinNamespaces(InitRequest request)
    {
        using SafeFileDescriptor target = new(request.NamespaceDescriptor, owns: request.LateKinds == NamespaceKinds.None);
        if (request.JoinedKinds != NamespaceKinds.None) ThisProcess.JoinNamespaces(target, request.JoinedKinds);
    }

    private static void OpenTerminal(OciProcess process, InitChannel channel)
    {
        using SafeFileDescriptor root = LinuxFile.OpenDirectory("/");
        ConsoleSetup.Open(root, process, asConsole: false).Take(channel);
    }

    private static void Report(InitChannel channel, Exception error, bool fromElsewhere)
    {
        LaunchException launch = error as LaunchException
            ?? LaunchException.DuringInit(error.Message, error is KernelException kernel ? kernel.Errno : 0);
        InitMessage message = new() { Kind = InitMessageKind.Failed, Step = launch.Step, Errno = launch.Errno, Text = launch.Message };
        try
        {
            channel.Send(message);
        }
        catch (KernelException)
        {
            // The runtime gave up first and knows why; or it is gone, and nobody listens after a start through the FIFO: the container's
            // own stderr is where the user looks then.
            if (fromElsewhere) Descriptor.WriteAll(2, System.Text.Encoding.UTF8.GetBytes($"gantry-runtime: {message.Text}\n"));
        }
    }
}
