using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Containers;

/// <summary><c>gantry pause</c>.</summary>
internal sealed class ContainerPause : Command
{
    public override string Syntax => "CONTAINER [CONTAINER...]";
    public override OperandCount Operands => OperandCount.AtLeast(1);

    public override int Run(Invocation invocation) => invocation.ForEach(invocation.Client.Containers.Pause);
}
