using Gantry.Api.Client;
using Gantry.Api.Volumes;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Volumes;

/// <summary><c>gantry volume prune</c>.</summary>
internal sealed class VolumePrune : Command
{
    private readonly BoolFlag _all, _force;
    private readonly ListFlag<(string Key, string Value)> _filter;

    public VolumePrune()
    {
        _all = Flags.Switch("all", 'a', "Remove unused named volumes too");
        _filter = Flags.PruneFilter();
        _force = Flags.Switch("force", 'f', "Do not ask");
    }

    public override string Syntax => "[OPTIONS]";
    public override OperandCount Operands => OperandCount.None;

    public override int Run(Invocation invocation)
    {
        string kind = _all ? "all local volumes" : "anonymous local volumes";
        if (!_force && !Confirmation.Ask(invocation, $"WARNING! This will remove {kind} not used by at least one container.")) return 0;
        Filters filters = _filter.ToFilters();
        if (_all) filters.Add("all", "true");
        VolumesPruneResponse pruned = invocation.Client.Volumes.Prune(filters);
        PruneReport.Write(invocation.Out, "Deleted Volumes:", pruned.VolumesDeleted, pruned.SpaceReclaimed);
        return 0;
    }
}
