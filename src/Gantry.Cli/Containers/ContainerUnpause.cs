using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Containers;

/// <summary><c>gantry unpause</c>.</summary>
internal sealed class ContainerUnpause : Command
{
    public override string Syntax => "CONTAINER [CONTAINER...]";
    public override OperandCount Operands => OperandCount.AtLeast(1);

    public override int Run(Invocation invocation) => invocation.ForEach(invocation.Client.Containers.Unpause);
}
