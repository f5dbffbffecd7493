using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Containers;

/// <summary><c>gantry rename</c>.</summary>
internal sealed class ContainerRename : Command
{
    public override string Syntax => "CONTAINER NEW_NAME";
    public override OperandCount Operands => OperandCount.Exactly(2);

    public override int Run(Invocation invocation)
    {
        string from = invocation.Operands[0].Trim(), to = invocation.Operands[1].Trim();
        if (from.Length == 0 || to.Length == 0) throw new CliException("Error: Neither old nor new names may be empty");
        if (invocation.ForEach([from], name => invocation.Client.Containers.Rename(name, to), print: false) != 0)
            throw new CliException($"Error: failed to rename container named {from}");
        return 0;
    }
}
