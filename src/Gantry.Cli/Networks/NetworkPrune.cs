using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Networks;

/// <summary><c>gantry network prune</c>.</summary>
internal sealed class NetworkPrune : Command
{
    private readonly BoolFlag _force;
    private readonly ListFlag<(string Key, string Value)> _filter;

    public NetworkPrune()
    {
        _filter = Flags.PruneFilter();
        _force = Flags.Switch("force", 'f', "Do not ask");
    }

    public override string Syntax => "[OPTIONS]";
    public override OperandCount Operands => OperandCount.None;

    public override int Run(Invocation invocation)
    {
        if (!_force && !Confirmation.Ask(invocation, "WARNING! This will remove all custom networks not used by at least one container."))
            return 0;
        PruneReport.Write(invocation.Out, "Deleted Networks:", invocation.Client.Networks.Prune(_filter.ToFilters()).NetworksDeleted,
            reclaimed: null);
        return 0;
    }
}
