using Gantry.Api.Client;
using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Containers;

/// <summary><c>gantry run</c>: create, attach, start, and the container's status as ours.</summary>
internal sealed class ContainerRun : Command
{
    private readonly ContainerFlags _container;
    private readonly BoolFlag _detach, _proxySignals;
    private readonly ValueFlag<string> _detachKeys;

    public ContainerRun()
    {
        _container = new ContainerFlags(Flags);
        _detach = Flags.Switch("detach", 'd', "Run in the background and print the container's ID");
        _proxySignals = Flags.Switch("sig-proxy", null, "Pass signals on to the process", true);
        _detachKeys = Flags.Text("detach-keys", null, "Key sequence that leaves the container running");
    }

    public override string Syntax => "[OPTIONS] IMAGE [COMMAND] [ARG...]";
    public override OperandCount Operands => OperandCount.AtLeast(1);
    public override bool OptionsEndAtFirstOperand => true;

    public override int Run(Invocation invocation) => RunFailure.Guard(invocation, () =>
    {
        ContainerCreateRequest request = _container.Build(invocation.Operands, _detach);
        if (request.AttachStdin && request.Tty && !TerminalSize.IsTerminal(0)) throw new CliException("the input device is not a TTY");
        SessionKeys.Parse(_detachKeys.Value);
        string id = ContainerCreation.Create(invocation, _container, request);
        return request.AttachStdin || request.AttachStdout || request.AttachStderr ? RunAttached(invocation, request, id)
            : RunDetached(invocation, id);
    });

    private static int RunDetached(Invocation invocation, string id)
    {
        invocation.Client.Containers.Start(id);
        invocation.Out.WriteLine(id);
        return 0;
    }

    private int RunAttached(Invocation invocation, ContainerCreateRequest request, string id)
    {
        ContainersApi containers = invocation.Client.Containers;
        // The wait is registered before the start: the container may have ended before a later request arrives.
        (HijackedStream stream, PendingWait wait) =
            containers.AttachAndWait(id, request.AttachStdin, request.AttachStdout, request.AttachStderr,
            request.HostConfig!.AutoRemove ? "removed" : "next-exit", _detachKeys.Value);
        using PendingWait pending = wait;
        using AttachedSession session = new(stream, request.AttachStdin, request.Tty, _detachKeys.Value);
        using SignalProxy? proxy = _proxySignals ? new SignalProxy(invocation.Client, id) : null;
        if (proxy is not null) session.SignalsAreForwarded();
        session.Begin();
        Start(containers, id, request.HostConfig.AutoRemove, wait, session);
        if (!request.AttachStdout && !request.AttachStderr)
        {
            invocation.Out.WriteLine(id);
            invocation.Out.Flush();
        }
        using ResizeWatch? resize = request.Tty ? new ResizeWatch(size => containers.Resize(id, size.Rows, size.Columns)) : null;
        session.WaitForEnd();
        return session.Detached ? 0 : ExitStatus(invocation, wait.Result());
    }

    private static void Start(ContainersApi containers, string id, bool autoRemove, PendingWait wait, AttachedSession session)
    {
        try
        {
            containers.Start(id);
        }
        catch (ApiException)
        {
            session.Abandon();
            // With --rm it is gone when we have returned, also when it never ran.
            if (autoRemove) wait.Result();
            throw;
        }
    }

    public static int ExitStatus(Invocation invocation, ContainerWaitResponse result)
    {
        if (result.Error is { Message.Length: > 0 } error)
        {
            invocation.Error.WriteLine($"Error waiting for container: {error.Message}");
            return 125;
        }
        return (int)result.StatusCode;
    }
}
