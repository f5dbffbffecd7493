using Gantry.Api.Builds;
using Gantry.Api.Client;
using Gantry.Api.Containers;
using Gantry.Api.Images;
using Gantry.Api.Volumes;
using Gantry.Cli.Builds;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Images;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Host;

/// <summary><c>gantry system prune</c>.</summary>
internal sealed class SystemPrune : Command
{
    private readonly BoolFlag _all, _force, _volumes;
    private readonly ListFlag<(string Key, string Value)> _filter;

    public SystemPrune()
    {
        _all = Flags.Switch("all", 'a', "Remove every image that no container uses, with or without a tag");
        _filter = Flags.PruneFilter();
        _force = Flags.Switch("force", 'f', "Do not ask");
        _volumes = Flags.Switch("volumes", null, "Remove unused anonymous volumes too");
    }

    public override string Syntax => "[OPTIONS]";

    public override OperandCount Operands => OperandCount.None;

    public override int Run(Invocation invocation)
    {
        if (!_force && !Confirmation.Ask(invocation, Warning())) return 0;
        ApiClient client = invocation.Client;
        ContainersPruneResponse containers = client.Containers.Prune(_filter.ToFilters());
        PruneReport.Write(invocation.Out, "Deleted Containers:", containers.ContainersDeleted, null);
        PruneReport.Write(invocation.Out, "Deleted Networks:", client.Networks.Prune(_filter.ToFilters()).NetworksDeleted, null);
        long reclaimed = containers.SpaceReclaimed;
        if (_volumes)
        {
            VolumesPruneResponse pruned = client.Volumes.Prune(_filter.ToFilters());
            PruneReport.Write(invocation.Out, "Deleted Volumes:", pruned.VolumesDeleted, null);
            reclaimed += pruned.SpaceReclaimed;
        }
        ImagesPruneResponse images = ImagePrune.Prune(client, _filter.ToFilters(), _all);
        PruneReport.Write(invocation.Out, "Deleted Images:", ImagePrune.Lines(images), null);
        BuildPruneResponse cache = BuilderPrune.PruneAny(client, _filter.ToFilters(), _all);
        PruneReport.Write(invocation.Out, BuilderPrune.Title, cache.CachesDeleted,
            reclaimed + images.SpaceReclaimed + cache.SpaceReclaimed);
        return 0;
    }

    private string Warning()
    {
        List<string> kinds = ["all stopped containers", "all networks not used by at least one container"];
        if (_volumes) kinds.Add("all anonymous volumes not used by at least one container");
        kinds.Add(_all ? "all images without at least one container associated to them" : "all dangling images");
        kinds.Add(_all ? "all build cache" : "unused build cache");
        return "WARNING! This will remove:\n" + string.Concat(kinds.Select(kind => $"  - {kind}\n"));
    }
}
