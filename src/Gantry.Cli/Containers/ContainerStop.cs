using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Containers;

/// <summary><c>gantry stop</c>.</summary>
internal sealed class ContainerStop : Command
{
    private readonly ValueFlag<string> _signal;
    private readonly ValueFlag<long> _timeout;

    public ContainerStop()
    {
        _signal = Flags.Text("signal", 's', "Signal to send first");
        _timeout = Flags.Number("timeout", 't', "Seconds from that signal to SIGKILL; -1 to wait for ever");
        Flags.Alias("time", _timeout);
    }

    public override string Syntax => "[OPTIONS] CONTAINER [CONTAINER...]";
    public override OperandCount Operands => OperandCount.AtLeast(1);

    public override int Run(Invocation invocation)
    {
        int? seconds = _timeout.IsSet ? (int)_timeout.Value : null;
        return invocation.ForEach(name => invocation.Client.Containers.Stop(name, _signal.Value, seconds));
    }
}
