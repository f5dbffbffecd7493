using Gantry.Api.Client;
using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Inspection;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Containers;

/// <summary><c>gantry attach</c>.</summary>
internal sealed class ContainerAttach : Command
{
    private readonly BoolFlag _noStdin, _proxySignals;
    private readonly ValueFlag<string> _detachKeys;

    public ContainerAttach()
    {
        _noStdin = Flags.Switch("no-stdin", null, "Do not attach STDIN");
        _proxySignals = Flags.Switch("sig-proxy", null, "Pass signals on to the process", true);
        _detachKeys = Flags.Text("detach-keys", null, "Key sequence that leaves the container running");
    }

    public override string Syntax => "[OPTIONS] CONTAINER";
    public override OperandCount Operands => OperandCount.Exactly(1);

    public override int Run(Invocation invocation)
    {
        SessionKeys.Parse(_detachKeys.Value);
        ContainersApi containers = invocation.Client.Containers;
        ContainerInspectResponse inspect = containers.Inspect(invocation.Operands[0]);
        Refuse(inspect.State);
        string id = inspect.Id;
        bool stdin = !_noStdin && inspect.Config.OpenStdin, tty = inspect.Config.Tty;
        if (stdin && tty && !TerminalSize.IsTerminal(0)) throw new CliException("the input device is not a TTY");
        using PendingWait wait = containers.Wait(id);
        HijackedStream stream = containers.Attach(id, stdin, true, true, detachKeys: _detachKeys.Value);
        using AttachedSession session = new(stream, stdin, tty, _detachKeys.Value);
        using SignalProxy? proxy = _proxySignals ? new SignalProxy(invocation.Client, id) : null;
        if (proxy is not null) session.SignalsAreForwarded();
        session.Begin();
        using ResizeWatch? resize = tty ? Redraw(containers, id) : null;
        session.WaitForEnd();
        return session.Detached ? 0 : ContainerRun.ExitStatus(invocation, wait.Result());
    }

    private static void Refuse(ContainerState state)
    {
        if (!state.Running) throw new CliException("You cannot attach to a stopped container, start it first");
        if (state.Paused) throw new CliException("You cannot attach to a paused container, unpause it first");
        if (state.Restarting) throw new CliException("You cannot attach to a restarting container, wait until it is running");
    }

    /// <summary>The size is changed and changed back, so that a full-screen program draws itself again on the newly attached
    /// terminal.</summary>
    private static ResizeWatch Redraw(ContainersApi containers, string id)
    {
        if (TerminalSize.Of(1) is { } size) new Action(() => containers.Resize(id, size.Rows + 1, size.Columns + 1)).IgnoringDaemonErrors();
        return new ResizeWatch(size => containers.Resize(id, size.Rows, size.Columns));
    }
}
