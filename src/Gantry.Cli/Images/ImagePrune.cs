using Gantry.Api.Client;
using Gantry.Api.Images;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Images;

/// <summary><c>gantry image prune</c>.</summary>
internal sealed class ImagePrune : Command
{
    private readonly BoolFlag _all, _force;
    private readonly ListFlag<(string Key, string Value)> _filter;

    public ImagePrune()
    {
        _all = Flags.Switch("all", 'a', "Remove every image that no container uses, with or without a tag");
        _filter = Flags.PruneFilter();
        _force = Flags.Switch("force", 'f', "Do not ask");
    }

    public override string Syntax => "[OPTIONS]";

    public override OperandCount Operands => OperandCount.None;

    public override int Run(Invocation invocation)
    {
        string kind = _all ? "all images without at least one container associated to them" : "all dangling images";
        if (!_force && !Confirmation.Ask(invocation, $"WARNING! This will remove {kind}.")) return 0;
        ImagesPruneResponse pruned = Prune(invocation.Client, _filter.ToFilters(), _all);
        PruneReport.Write(invocation.Out, "Deleted Images:", Lines(pruned), pruned.SpaceReclaimed);
        return 0;
    }

    public static ImagesPruneResponse Prune(ApiClient client, Filters filters, bool all) =>
        client.Images.Prune(filters.Add("dangling", all ? "false" : "true"));

    public static List<string> Lines(ImagesPruneResponse pruned) =>
        [.. (pruned.ImagesDeleted ?? [])
            .Select(item => item.Deleted is { Length: > 0 } deleted ? $"deleted: {deleted}" : $"untagged: {item.Untagged}")];
}
