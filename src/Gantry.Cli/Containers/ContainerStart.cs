using Gantry.Api.Client;
using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Inspection;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Containers;

/// <summary><c>gantry start</c>.</summary>
internal sealed class ContainerStart : Command
{
    private readonly BoolFlag _attach, _interactive, _proxySignals;
    private readonly ValueFlag<string> _detachKeys, _checkpoint, _checkpointDirectory;

    public ContainerStart()
    {
        _attach = Flags.Switch("attach", 'a', "Attach STDOUT and STDERR and pass signals on");
        _interactive = Flags.Switch("interactive", 'i', "Attach STDIN");
        _detachKeys = Flags.Text("detach-keys", null, "Key sequence that leaves the container running");
        _proxySignals = Flags.Add(new BoolFlag("sig-proxy", null, "", true) { Hidden = true });
        _checkpoint = Flags.Text("checkpoint", null, "Restore from this checkpoint");
        _checkpointDirectory = Flags.Text("checkpoint-dir", null, "Directory of checkpoints");
    }

    public override string Syntax => "[OPTIONS] CONTAINER [CONTAINER...]";
    public override OperandCount Operands => OperandCount.AtLeast(1);

    public override int Run(Invocation invocation)
    {
        SessionKeys.Parse(_detachKeys.Value);
        if (_attach || _interactive)
        {
            if (invocation.Operands.Count > 1) throw new CliException("you cannot start and attach multiple containers at once");
            return StartAttached(invocation, invocation.Operands[0]);
        }
        if (_checkpoint.IsSet && invocation.Operands.Count > 1) throw new CliException("you cannot restore multiple containers at once");
        int status =
            invocation.ForEach(name => invocation.Client.Containers.Start(name, null, _checkpoint.Value, _checkpointDirectory.Value));
        if (status != 0) throw new CliException($"Error: failed to start containers: {string.Join(", ", invocation.Failed)}");
        return 0;
    }

    private int StartAttached(Invocation invocation, string name)
    {
        ContainersApi containers = invocation.Client.Containers;
        ContainerInspectResponse inspect = containers.Inspect(name);
        string id = inspect.Id;
        bool stdin = _interactive && inspect.Config.OpenStdin, tty = inspect.Config.Tty;
        if (stdin && tty && !TerminalSize.IsTerminal(0)) throw new CliException("the input device is not a TTY");
        HijackedStream stream = containers.Attach(id, stdin, true, true, detachKeys: _detachKeys.Value);
        using PendingWait wait = containers.Wait(id, inspect.HostConfig.AutoRemove ? "removed" : "next-exit");
        using AttachedSession session = new(stream, stdin, tty, _detachKeys.Value);
        using SignalProxy? proxy = _proxySignals ? new SignalProxy(invocation.Client, id) : null;
        if (proxy is not null) session.SignalsAreForwarded();
        session.Begin();
        containers.Start(id, null, _checkpoint.Value, _checkpointDirectory.Value);
        using ResizeWatch? resize = tty ? new ResizeWatch(size => containers.Resize(id, size.Rows, size.Columns)) : null;
        session.WaitForEnd();
        return session.Detached ? 0 : ContainerRun.ExitStatus(invocation, wait.Result());
    }
}
