using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Containers;

/// <summary><c>gantry diff</c>.</summary>
internal sealed class ContainerDiff : Command
{
    private const string Kinds = "CAD"; // changed, added, deleted

    public override string Syntax => "CONTAINER";
    public override OperandCount Operands => OperandCount.Exactly(1);

    public override int Run(Invocation invocation)
    {
        foreach (FilesystemChange change in invocation.Client.Containers.Changes(invocation.Operands[0]))
            invocation.Out.WriteLine($"{(change.Kind is >= 0 and < 3 ? Kinds[change.Kind] : '?')} {change.Path}");
        return 0;
    }
}
