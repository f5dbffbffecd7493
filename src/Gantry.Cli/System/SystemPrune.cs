using Gantry.Api;
using Gantry.Cli.Output;
using Gantry.Cli.Terminal;

namespace Gantry.Cli;

/// <summary><c>gantry system prune</c>.</summary>
internal sealed class SystemPrune : Command
{
    private readonly BoolFlag all, force, volumes;
    private readonly ListFlag<(string Key, string Value)> filter;

    public SystemPrune()
    {
        all = Flags.Switch("all", 'a', "Remove every image that no container uses, with or without a tag");
        filter = Flags.Filter(null);
        force = Flags.Switch("force", 'f', "Do not ask");
        volumes = Flags.Switch("volumes", null, "Remove unused anonymous volumes too");
    }

    public override string Syntax => "[OPTIONS]";

    public override OperandCount Operands => OperandCount.None;

    public override int Run(Invocation invocation)
    {
        if (!force && !Confirmation.Ask(invocation, Warning())) return 0;
        ApiClient client = invocation.Client;
        ContainersPruneResponse containers = client.Containers.Prune(filter.ToFilters());
        PruneReport.Write(invocation.Out, "Deleted Containers:", containers.ContainersDeleted, null);
        PruneReport.Write(invocation.Out, "Deleted Networks:", client.Networks.Prune(filter.ToFilters()).NetworksDeleted, null);
        long reclaimed = containers.SpaceReclaimed;
        if (volumes)
        {
            VolumesPruneResponse pruned = client.Volumes.Prune(filter.ToFilters());
            PruneReport.Write(invocation.Out, "Deleted Volumes:", pruned.VolumesDeleted, null);
            reclaimed += pruned.SpaceReclaimed;
        }
        ImagesPruneResponse images = ImagePrune.Prune(client, filter.ToFilters(), all);
        PruneReport.Write(invocation.Out, "Deleted Images:", ImagePrune.Lines(images), reclaimed + images.SpaceReclaimed);
        return 0;
    }

    private string Warning()
    {
        List<string> kinds = ["all stopped containers", "all networks not used by at least one container"];
        if (volumes) kinds.Add("all anonymous volumes not used by at least one container");
        kinds.Add(all ? "all images without at least one container associated to them" : "all dangling images");
        return "WARNING! This will remove:\n" + string.Concat(kinds.Select(kind => $"  - {kind}\n"));
    }
}
