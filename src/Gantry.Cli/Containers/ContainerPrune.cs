using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Containers;

/// <summary><c>gantry container prune</c>.</summary>
internal sealed class ContainerPrune : Command
{
    private readonly BoolFlag _force;
    private readonly ListFlag<(string Key, string Value)> _filter;

    public ContainerPrune()
    {
        _filter = Flags.PruneFilter();
        _force = Flags.Switch("force", 'f', "Do not ask");
    }

    public override string Syntax => "[OPTIONS]";
    public override OperandCount Operands => OperandCount.None;

    public override int Run(Invocation invocation)
    {
        if (!_force && !Confirmation.Ask(invocation, "WARNING! This will remove all stopped containers.")) return 0;
        ContainersPruneResponse pruned = invocation.Client.Containers.Prune(_filter.ToFilters());
        PruneReport.Write(invocation.Out, "Deleted Containers:", pruned.ContainersDeleted, pruned.SpaceReclaimed);
        return 0;
    }
}
