using Gantry.Api;
using Gantry.Cli.Output;

namespace Gantry.Cli;

/// <summary><c>gantry images</c>.</summary>
internal sealed class ImageList : Command
{
    private readonly BoolFlag all, digests, noTruncation, quiet, tree;
    private readonly ValueFlag<string> format;
    private readonly ListFlag<(string Key, string Value)> filter;

    public ImageList()
    {
        all = Flags.Switch("all", 'a', "Show intermediate images too");
        digests = Flags.Switch("digests", null, "Show digests");
        filter = Flags.Filter();
        format = Flags.Format();
        noTruncation = Flags.Switch("no-trunc", null, "Show values in full");
        quiet = Flags.Switch("quiet", 'q', "Show IDs alone");
        tree = Flags.Switch("tree", null, "Show which image stands on which");
    }

    public override string Syntax => "[OPTIONS] [REPOSITORY[:TAG]]";

    public override OperandCount Operands => OperandCount.AtMost(1);

    public override int Run(Invocation invocation)
    {
        Listing listing = Layout();
        Filters filters = filter.ToFilters();
        if (invocation.Operands.Count == 1) filters.Add("reference", invocation.Operands[0]);
        List<ImageSummary> images = invocation.Client.Images.List(all || tree, digests, filters);
        if (tree)
        {
            invocation.Out.Write(ImageTree.Render(images, !noTruncation));
            return 0;
        }
        bool withDigests = digests || (listing.IsCustom && listing.Uses("Digest"));
        invocation.Out.Write(listing.Render(ImageColumns.Create(!noTruncation, DateTimeOffset.UtcNow), images.SelectMany(image => ImageColumns.Rows(image, withDigests))));
        return 0;
    }

    private Listing Layout()
    {
        if (quiet) return Listing.Parse("{{.ID}}", "");
        string text = format.Value == "raw"
            ? "repository: {{.Repository}}\ntag: {{.Tag}}\n" + (digests ? "digest: {{.Digest}}\n" : "") + "image_id: {{.ID}}\ncreated_at: {{.CreatedAt}}\nvirtual_size: {{.Size}}\n"
            : format.Value;
        return Listing.Parse(text, ImageColumns.Table(digests));
    }
}
