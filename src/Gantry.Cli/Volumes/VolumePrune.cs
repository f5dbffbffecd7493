using Gantry.Api;
using Gantry.Cli.Output;
using Gantry.Cli.Terminal;

namespace Gantry.Cli;

/// <summary><c>gantry volume prune</c>.</summary>
internal sealed class VolumePrune : Command
{
    private readonly BoolFlag all, force;
    private readonly ListFlag<(string Key, string Value)> filter;

    public VolumePrune()
    {
        all = Flags.Switch("all", 'a', "Remove unused named volumes too");
        filter = Flags.Filter(null);
        force = Flags.Switch("force", 'f', "Do not ask");
    }

    public override string Syntax => "[OPTIONS]";
    public override OperandCount Operands => OperandCount.None;

    public override int Run(Invocation invocation)
    {
        string kind = all ? "all local volumes" : "anonymous local volumes";
        if (!force && !Confirmation.Ask(invocation, $"WARNING! This will remove {kind} not used by at least one container.")) return 0;
        Filters filters = filter.ToFilters();
        if (all) filters.Add("all", "true");
        VolumesPruneResponse pruned = invocation.Client.Volumes.Prune(filters);
        PruneReport.Write(invocation.Out, "Deleted Volumes:", pruned.VolumesDeleted, pruned.SpaceReclaimed);
        return 0;
    }
}
