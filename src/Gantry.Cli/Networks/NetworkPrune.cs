using Gantry.Cli.Output;
using Gantry.Cli.Terminal;

namespace Gantry.Cli;

/// <summary><c>gantry network prune</c>.</summary>
internal sealed class NetworkPrune : Command
{
    private readonly BoolFlag force;
    private readonly ListFlag<(string Key, string Value)> filter;

    public NetworkPrune()
    {
        filter = Flags.Filter(null);
        force = Flags.Switch("force", 'f', "Do not ask");
    }

    public override string Syntax => "[OPTIONS]";
    public override OperandCount Operands => OperandCount.None;

    public override int Run(Invocation invocation)
    {
        if (!force && !Confirmation.Ask(invocation, "WARNING! This will remove all custom networks not used by at least one container.")) return 0;
        PruneReport.Write(invocation.Out, "Deleted Networks:", invocation.Client.Networks.Prune(filter.ToFilters()).NetworksDeleted, reclaimed: null);
        return 0;
    }
}
