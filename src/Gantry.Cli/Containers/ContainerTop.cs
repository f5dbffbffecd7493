using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Output;

namespace Gantry.Cli.Containers;

/// <summary><c>gantry top</c>.</summary>
internal sealed class ContainerTop : Command
{
    private const int MinWidth = 20;
    private const int Padding = 3;

    public override string Syntax => "CONTAINER [ps OPTIONS]";
    public override OperandCount Operands => OperandCount.AtLeast(1);
    public override bool OptionsEndAtFirstOperand => true;

    public override int Run(Invocation invocation)
    {
        string arguments = string.Join(' ', invocation.Operands.Skip(1));
        ContainerTopResponse top = invocation.Client.Containers.Top(invocation.Operands[0], arguments);
        IEnumerable<string> lines = top.Processes.Prepend(top.Titles).Select(row => string.Join('\t', row));
        invocation.Out.Write(TabWriter.Align(string.Join('\n', lines) + "\n", MinWidth, Padding));
        return 0;
    }
}
