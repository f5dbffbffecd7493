using System.Globalization;
using Gantry.Build.Graph;
using Gantry.BuildKit.Protocol.GraphApi;

namespace Gantry.BuildKit.Definitions;

/// <summary>Sources: trees that come from somewhere else.</summary>
internal sealed class SourcePlanner(IGraphSources sources, string session)
{
    private const string Results = GraphOrder.Results, Images = "docker-image://", Layouts = "oci-layout://", Repositories = "git://";

    public async Task<Planned> PlanAsync(OpNode node, CancellationToken cancellation)
    {
        SourceOp source = node.Op.Source;
        string address = OpRules.Text(source.Identifier, "the address of a source");
        if (node.Inputs.Count > 0) throw GantryException.Invalid($"the source {address} has inputs");
        if (LocalFiles.Is(node)) return PlanLocal(node);
        Vertex vertex = Scheme(address) switch
        {
            Images => Tree(node, await FindImageAsync(node, cancellation)),
            Results => Tree(node, sources.FindResult(address[Results.Length..])),
            // Its layers have come, and are unpacked where the build gets that far.
            Layouts => new MergeVertex { Title = node.Title, Trees = [Tree(node, await FindLayoutAsync(node, cancellation))] },
            Repositories => await new RepositoryPlanner(sources).PlanAsync(node, address[Repositories.Length..], cancellation),
            "http://" or "https://" => WebPlanner.Plan(node),
            _ => throw GantryException.Unsupported($"a source {address} is not known here"),
        };
        return new Planned(vertex);
    }

    /// <exception cref="GantryException">Always: an attribute, or its value, is not known.</exception>
    public static GantryException Unknown(SourceOp source, string name, string value) =>
        GantryException.Unsupported($"{name}={value} of the source {source.Identifier} is not supported");

    private static string Scheme(string address) =>
        address.IndexOf("://", StringComparison.Ordinal) is >= 0 and var at ? address[..(at + 3)] : "";

    private static TreeVertex Tree(OpNode node, BuiltTree tree) => new() { Title = node.Title, Tree = tree };

    private Planned PlanLocal(OpNode node)
    {
        LocalFiles.Check(node.Op.Source, session);
        return new Planned(node.Digest, () => new CopyVertex
        {
            Title = node.Title, Below = GraphPlanner.Nothing, Sources = [new ContextSource(["."], node.Digest)], Destination = "/",
            IsAlwaysMade = node.Metadata.IgnoreCache,
        });
    }

    private async Task<BuiltTree> FindImageAsync(OpNode node, CancellationToken cancellation)
    {
        SourceOp source = node.Op.Source;
        bool pull = false;
        int? layers = null;
        foreach ((string name, string value) in source.Attrs)
        {
            if (name == "image.resolvemode" && value is "" or "default" or "local" or "pull") pull = value == "pull";
            else if (name == "image.recordtype" && value is "" or "regular" or "internal" or "frontend") continue;
            else if (name == "image.layerlimit") layers = LayerLimit(source, name, value);
            else throw Unknown(source, name, value);
        }
        return Limited(await sources.FindImageAsync(source.Identifier[Images.Length..], PlatformOf(node.Op), pull, cancellation), layers);
    }

    private async Task<BuiltTree> FindLayoutAsync(OpNode node, CancellationToken cancellation)
    {
        SourceOp source = node.Op.Source;
        string reference = source.Identifier[Layouts.Length..], store = "";
        int? layers = null;
        foreach ((string name, string value) in source.Attrs)
        {
            if (name == "oci.session" && (value.Length == 0 || value == session)) continue;
            if (name == "oci.store") store = value;
            else if (name == "oci.layerlimit") layers = LayerLimit(source, name, value);
            else throw Unknown(source, name, value);
        }
        int at = reference.IndexOf('@');
        if (at < 0) throw GantryException.Invalid($"the layout {source.Identifier} needs a digest");
        if (store.Length == 0) store = reference[..at];
        return Limited(await sources.FindLayoutAsync(store, reference[(at + 1)..], PlatformOf(node.Op), cancellation), layers);
    }

    private static int LayerLimit(SourceOp source, string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) && limit > 0 ? limit
            : throw GantryException.Invalid($"invalid {name} of {source.Identifier}: {value}");

    private static BuiltTree Limited(BuiltTree tree, int? layers) =>
        layers < tree.Layers.Count ? new BuiltTree([.. tree.Layers.Take(layers.Value)]) : tree;

    private static string? PlatformOf(Op op)
    {
        if (op.Platform is not { } platform) return null;
        string text = string.Join('/', new[] { platform.OS, platform.Architecture, platform.Variant }.Where(part => part.Length > 0));
        return text.Length > 0 ? text : null;
    }
}
