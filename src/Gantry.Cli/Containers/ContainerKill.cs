using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Containers;

/// <summary><c>gantry kill</c>.</summary>
internal sealed class ContainerKill : Command
{
    private readonly ValueFlag<string> _signal;

    public ContainerKill() => _signal = Flags.Text("signal", 's', "Signal to send");

    public override string Syntax => "[OPTIONS] CONTAINER [CONTAINER...]";
    public override OperandCount Operands => OperandCount.AtLeast(1);

    public override int Run(Invocation invocation) => invocation.ForEach(name => invocation.Client.Containers.Kill(name, _signal.Value));
}
