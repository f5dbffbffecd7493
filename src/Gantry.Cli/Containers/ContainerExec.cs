using Gantry.Api;
using Gantry.Cli.Terminal;

namespace Gantry.Cli;

/// <summary><c>gantry exec</c>.</summary>
internal sealed class ContainerExec : Command
{
    private readonly BoolFlag detach, interactive, tty, privileged;
    private readonly ValueFlag<string> detachKeys, user, workdir;
    private readonly ListFlag<string> env, envFiles;

    public ContainerExec()
    {
        detach = Flags.Switch("detach", 'd', "Run the command in the background");
        detachKeys = Flags.Text("detach-keys", null, "Key sequence that leaves the command running");
        env = Flags.List("env", 'e', "Set an environment variable");
        envFiles = Flags.List("env-file", null, "File of environment variables");
        interactive = Flags.Switch("interactive", 'i', "Keep STDIN open, attached or not");
        privileged = Flags.Switch("privileged", null, "Give the command all that root on the host may do");
        tty = Flags.Switch("tty", 't', "Give it a terminal");
        user = Flags.Text("user", 'u', "User to run as (<name|uid>[:<group|gid>])");
        workdir = Flags.Text("workdir", 'w', "Directory to start in");
    }

    public override string Syntax => "[OPTIONS] CONTAINER COMMAND [ARG...]";
    public override OperandCount Operands => OperandCount.AtLeast(2);
    public override bool OptionsEndAtFirstOperand => true;

    public override int Run(Invocation invocation)
    {
        DetachKeys.Parse(detachKeys.Value);
        ExecConfig config = Build(invocation.Operands);
        if (config.AttachStdin && tty && !TerminalSize.IsTerminal(0)) throw new CliException("the input device is not a TTY");
        ExecsApi execs = invocation.Client.Execs;
        string id = execs.Create(invocation.Operands[0], config);
        if (!detach) return RunAttached(execs, id, config);
        execs.StartDetached(id);
        return 0;
    }

    private ExecConfig Build(List<string> operands) => new()
    {
        User = user.Value,
        Privileged = privileged,
        Tty = tty,
        ConsoleSize = tty && TerminalSize.Of(1) is { } size ? [size.Rows, size.Columns] : null,
        AttachStdin = interactive && !detach,
        AttachStdout = !detach,
        AttachStderr = !detach,
        DetachKeys = detachKeys.Value,
        Env = KeyValues.Environment(envFiles.Values, env.Values) is { Count: > 0 } variables ? variables : null,
        WorkingDir = workdir.Value,
        Cmd = operands[1..],
    };

    private int RunAttached(ExecsApi execs, string id, ExecConfig config)
    {
        HijackedStream stream = execs.Start(id, new ExecStartRequest { Tty = tty, ConsoleSize = config.ConsoleSize });
        using AttachedSession session = new(stream, interactive, tty, detachKeys.Value);
        session.Begin();
        using ResizeWatch? resize = tty && interactive ? new ResizeWatch(size => execs.Resize(id, size.Rows, size.Columns)) : null;
        session.WaitForEnd();
        return session.Detached ? 0 : execs.ExitCode(id) ?? 0;
    }
}
