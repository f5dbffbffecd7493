namespace Gantry.Cli;

/// <summary><c>gantry stop</c>.</summary>
internal sealed class ContainerStop : Command
{
    private readonly ValueFlag<string> signal;
    private readonly ValueFlag<long> timeout;

    public ContainerStop()
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
        return invocation.ForEach(name => invocation.Client.Containers.Stop(name, signal.Value, seconds));
    }
}
