using Gantry.Api.Builds;
using Gantry.Api.Client;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Builds;

/// <summary><c>gantry builder prune</c>.</summary>
internal sealed class BuilderPrune : Command
{
    private readonly BoolFlag _all, _force;
    private readonly ListFlag<(string Key, string Value)> _filter;
    private readonly ValueFlag<long> _keep, _most, _free;

    public BuilderPrune()
    {
        _all = Flags.Switch("all", 'a', "Remove all of the build cache that is not in use, not dangling records alone");
        _filter = Flags.PruneFilter();
        _force = Flags.Switch("force", 'f', "Do not ask");
        _keep = Flags.Value("keep-storage", null, "Space that the build cache may keep", "bytes", ByteSize.Parse, 0L);
        Flags.Alias("reserved-space", _keep);
        _most = Flags.Value("max-used-space", null, "Space that the build cache may take at most", "bytes", ByteSize.Parse, 0L);
        _free = Flags.Value("min-free-space", null, "Space that shall be free on the disk afterwards", "bytes", ByteSize.Parse, 0L);
    }

    public override string Syntax => "[OPTIONS]";

    public override OperandCount Operands => OperandCount.None;

    public override int Run(Invocation invocation)
    {
        string warning = $"WARNING! This will remove all {(_all ? "" : "dangling ")}build cache.";
        if (!_force && !Confirmation.Ask(invocation, warning)) return 0;
        BuildPruneResponse pruned = invocation.Client.Builds.Prune(_all, _filter.ToFilters(), _keep.Value, _most.Value, _free.Value);
        PruneReport.Write(invocation.Out, Title, pruned.CachesDeleted, pruned.SpaceReclaimed);
        return 0;
    }

    public const string Title = "Deleted build cache objects:";

    /// <summary>For whoever prunes everything: an engine without builds has no cache.</summary>
    public static BuildPruneResponse PruneAny(ApiClient client, Filters filters, bool all)
    {
        try
        {
            return client.Builds.Prune(all, filters);
        }
        catch (ApiException e) when (e.Status is 404 or 501)
        {
            return new BuildPruneResponse();
        }
    }
}
