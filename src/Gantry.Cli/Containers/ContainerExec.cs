using Gantry.Api.Client;
using Gantry.Api.Execs;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Containers;

/// <summary><c>gantry exec</c>.</summary>
internal sealed class ContainerExec : Command
{
    private readonly BoolFlag _detach, _interactive, _tty, _privileged;
    private readonly ValueFlag<string> _detachKeys, _user, _workdir;
    private readonly ListFlag<string> _env, _envFiles;

    public ContainerExec()
    {
        _detach = Flags.Switch("detach", 'd', "Run the command in the background");
        _detachKeys = Flags.Text("detach-keys", null, "Key sequence that leaves the command running");
        _env = Flags.List("env", 'e', "Set an environment variable");
        _envFiles = Flags.List("env-file", null, "File of environment variables");
        _interactive = Flags.Switch("interactive", 'i', "Keep STDIN open, attached or not");
        _privileged = Flags.Switch("privileged", null, "Give the command all that root on the host may do");
        _tty = Flags.Switch("tty", 't', "Give it a terminal");
        _user = Flags.Text("user", 'u', "User to run as (<name|uid>[:<group|gid>])");
        _workdir = Flags.Text("workdir", 'w', "Directory to start in");
    }

    public override string Syntax => "[OPTIONS] CONTAINER COMMAND [ARG...]";
    public override OperandCount Operands => OperandCount.AtLeast(2);
    public override bool OptionsEndAtFirstOperand => true;

    public override int Run(Invocation invocation)
    {
        SessionKeys.Parse(_detachKeys.Value);
        ExecConfig config = Build(invocation.Operands);
        if (config.AttachStdin && _tty && !TerminalSize.IsTerminal(0)) throw new CliException("the input device is not a TTY");
        ExecsApi execs = invocation.Client.Execs;
        string id = execs.Create(invocation.Operands[0], config);
        if (!_detach) return RunAttached(execs, id, config);
        execs.StartDetached(id);
        return 0;
    }

    private ExecConfig Build(List<string> operands) => new()
    {
        User = _user.Value,
        Privileged = _privileged,
        Tty = _tty,
        ConsoleSize = _tty && TerminalSize.Of(1) is { } size ? [size.Rows, size.Columns] : null,
        AttachStdin = _interactive && !_detach,
        AttachStdout = !_detach,
        AttachStderr = !_detach,
        DetachKeys = _detachKeys.Value,
        Env = KeyValues.Environment(_envFiles.Values, _env.Values) is { Count: > 0 } variables ? variables : null,
        WorkingDir = _workdir.Value,
        Cmd = operands[1..],
    };

    private int RunAttached(ExecsApi execs, string id, ExecConfig config)
    {
        HijackedStream stream = execs.Start(id, new ExecStartRequest { Tty = _tty, ConsoleSize = config.ConsoleSize });
        using AttachedSession session = new(stream, _interactive, _tty, _detachKeys.Value);
        session.Begin();
        using ResizeWatch? resize = _tty && _interactive ? new ResizeWatch(size => execs.Resize(id, size.Rows, size.Columns)) : null;
        session.WaitForEnd();
        return session.Detached ? 0 : execs.ExitCode(id) ?? 0;
    }
}
