using Gantry.Api.Client;
using Gantry.Api.Images;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Gantry.Cli.Output;

namespace Gantry.Cli.Images;

/// <summary><c>gantry images</c>.</summary>
internal sealed class ImageList : Command
{
    private readonly BoolFlag _all, _digests, _noTruncation, _quiet, _tree;
    private readonly ValueFlag<string> _format;
    private readonly ListFlag<(string Key, string Value)> _filter;

    public ImageList()
    {
        _all = Flags.Switch("all", 'a', "Show intermediate images too");
        _digests = Flags.Switch("digests", null, "Show digests");
        _filter = Flags.Filter();
        _format = Flags.Format();
        _noTruncation = Flags.Switch("no-trunc", null, "Show values in full");
        _quiet = Flags.Switch("quiet", 'q', "Show IDs alone");
        _tree = Flags.Switch("tree", null, "Show which image stands on which");
    }

    public override string Syntax => "[OPTIONS] [REPOSITORY[:TAG]]";

    public override OperandCount Operands => OperandCount.AtMost(1);

    public override int Run(Invocation invocation)
    {
        Listing listing = Layout();
        Filters filters = _filter.ToFilters();
        if (invocation.Operands.Count == 1) filters.Add("reference", invocation.Operands[0]);
        List<ImageSummary> images = invocation.Client.Images.List(_all || _tree, _digests, filters, manifests: _tree);
        if (_tree)
        {
            invocation.Out.Write(ImageTree.Render(images, !_noTruncation));
            return 0;
        }
        bool withDigests = _digests || (listing.IsCustom && listing.Uses("Digest"));
        invocation.Out.Write(listing.Render(ImageColumns.Create(!_noTruncation, DateTimeOffset.UtcNow),
            images.SelectMany(image => ImageColumns.Rows(image, withDigests))));
        return 0;
    }

    private Listing Layout()
    {
        if (_quiet) return Listing.Parse("{{.ID}}", "");
        string text = _format.Value == "raw"
            ? "repository: {{.Repository}}\ntag: {{.Tag}}\n" + (_digests ? "digest: {{.Digest}}\n" : "")
            + "image_id: {{.ID}}\ncreated_at: {{.CreatedAt}}\nvirtual_size: {{.Size}}\n"
            : _format.Value;
        return Listing.Parse(text, ImageColumns.Table(_digests));
    }
}
