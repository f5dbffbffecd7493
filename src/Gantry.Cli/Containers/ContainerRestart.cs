namespace Gantry.Cli;

/// <summary><c>gantry restart</c>.</summary>
internal sealed class ContainerRestart : Command
{
    private readonly ValueFlag<string> signal;
    private readonly ValueFlag<long> timeout;

    public ContainerRestart()
    {
        signal = Flags.Text("signal", 's', "Signal to send first");
        timeout = Flags.Number("timeout", 't', "Seconds from that signal to SIGKILL; -1 to wait for ever");
        Flags.Alias("time", timeout);
    }

    public override string Syntax => "[OPTIONS] CONTAINER [CONTAINER...]";
    public override OperandCount Operands => OperandCount.AtLeast(1);

    public override int Run(Invocation invocation)
    {
        int? seconds = timeout.IsSet ? (int)timeout.Value : null;
        return invocation.ForEach(name => invocation.Client.Containers.Restart(name, signal.Value, seconds));
    }
}
