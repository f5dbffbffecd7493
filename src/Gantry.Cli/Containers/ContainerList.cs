using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Gantry.Cli.Output;

namespace Gantry.Cli.Containers;

/// <summary><c>gantry ps</c>.</summary>
internal sealed class ContainerList : Command
{
    private readonly BoolFlag _all, _latest, _noTruncation, _quiet, _size;
    private readonly ValueFlag<long> _last;
    private readonly ValueFlag<string> _format;
    private readonly ListFlag<(string Key, string Value)> _filter;

    public ContainerList()
    {
        _all = Flags.Switch("all", 'a', "Show stopped containers too");
        _filter = Flags.Filter();
        _format = Flags.Format();
        _last = Flags.Number("last", 'n', "Show the n containers created last, in any state", -1);
        _latest = Flags.Switch("latest", 'l', "Show the container created last, in any state");
        _noTruncation = Flags.Switch("no-trunc", null, "Show values in full");
        _quiet = Flags.Switch("quiet", 'q', "Show IDs alone");
        _size = Flags.Switch("size", 's', "Show how much disk space they take");
    }

    public override string Syntax => "[OPTIONS]";

    public override OperandCount Operands => OperandCount.None;

    public override int Run(Invocation invocation)
    {
        if (_quiet && _format.Value.Length > 0 && _format.Value != "table")
            invocation.Error.WriteLine("WARNING: Ignoring custom format, because both --format and --quiet are set.");
        Listing listing = Layout();
        // Sizes take a walk over the files of every container: only when shown.
        bool withSize = _size || (listing.IsCustom && listing.Uses("Size"));
        long count = _latest && _last.Value == -1 ? 1 : _last.Value;
        List<ContainerSummary> containers =
            invocation.Client.Containers.List(_all, count > 0 ? (int)Math.Min(count, int.MaxValue) : null, withSize, _filter.ToFilters());
        invocation.Out.Write(listing.Render(ContainerColumns.Create(!_noTruncation, DateTimeOffset.UtcNow), containers));
        return 0;
    }

    private Listing Layout()
    {
        if (_quiet) return Listing.Parse("{{.ID}}", "");
        string table = _size ? ContainerColumns.Table + ContainerColumns.SizeColumn : ContainerColumns.Table;
        if (_format.Value == "raw") return Listing.Parse(RawFormat(), table);
        return Listing.Parse(_format.Value, table);
    }

    private string RawFormat() =>
        "container_id: {{.ID}}\nimage: {{.Image}}\ncommand: {{.Command}}\ncreated_at: {{.CreatedAt}}\nstate: {{- pad .State 1 0}}\n"
        + "status: {{- pad .Status 1 0}}\nnames: {{.Names}}\nlabels: {{- pad .Labels 1 0}}\nports: {{- pad .Ports 1 0}}\n"
        + (_size ? "size: {{.Size}}\n" : "");
}
