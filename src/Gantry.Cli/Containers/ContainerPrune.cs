using Gantry.Api;
using Gantry.Cli.Output;
using Gantry.Cli.Terminal;

namespace Gantry.Cli;

/// <summary><c>gantry container prune</c>.</summary>
internal sealed class ContainerPrune : Command
{
    private readonly BoolFlag force;
    private readonly ListFlag<(string Key, string Value)> filter;

    public ContainerPrune()
    {
        filter = Flags.Filter(null);
        force = Flags.Switch("force", 'f', "Do not ask");
    }

    public override string Syntax => "[OPTIONS]";
    public override OperandCount Operands => OperandCount.None;

    public override int Run(Invocation invocation)
    {
        if (!force && !Confirmation.Ask(invocation, "WARNING! This will remove all stopped containers.")) return 0;
        ContainersPruneResponse pruned = invocation.Client.Containers.Prune(filter.ToFilters());
        PruneReport.Write(invocation.Out, "Deleted Containers:", pruned.ContainersDeleted, pruned.SpaceReclaimed);
        return 0;
    }
}
