using Gantry.Api;
using Gantry.Cli.Output;

namespace Gantry.Cli;

/// <summary><c>gantry ps</c>.</summary>
internal sealed class ContainerList : Command
{
    private readonly BoolFlag all, latest, noTruncation, quiet, size;
    private readonly ValueFlag<long> last;
    private readonly ValueFlag<string> format;
    private readonly ListFlag<(string Key, string Value)> filter;

    public ContainerList()
    {
        all = Flags.Switch("all", 'a', "Show stopped containers too");
        filter = Flags.Filter();
        format = Flags.Format();
        last = Flags.Number("last", 'n', "Show the n containers created last, in any state", -1);
        latest = Flags.Switch("latest", 'l', "Show the container created last, in any state");
        noTruncation = Flags.Switch("no-trunc", null, "Show values in full");
        quiet = Flags.Switch("quiet", 'q', "Show IDs alone");
        size = Flags.Switch("size", 's', "Show how much disk space they take");
    }

    public override string Syntax => "[OPTIONS]";

    public override OperandCount Operands => OperandCount.None;

    public override int Run(Invocation invocation)
    {
        if (quiet && format.Value.Length > 0 && format.Value != "table") invocation.Error.WriteLine("WARNING: Ignoring custom format, because both --format and --quiet are set.");
        Listing listing = Layout();
        // Sizes take a walk over the files of every container: only when shown.
        bool withSize = size || (listing.IsCustom && listing.Uses("Size"));
        long count = latest && last.Value == -1 ? 1 : last.Value;
        List<ContainerSummary> containers = invocation.Client.Containers.List(all, count > 0 ? (int)Math.Min(count, int.MaxValue) : null, withSize, filter.ToFilters());
        invocation.Out.Write(listing.Render(ContainerColumns.Create(!noTruncation, DateTimeOffset.UtcNow), containers));
        return 0;
    }

    private Listing Layout()
    {
        if (quiet) return Listing.Parse("{{.ID}}", "");
        string table = size ? ContainerColumns.Table + ContainerColumns.SizeColumn : ContainerColumns.Table;
        if (format.Value == "raw") return Listing.Parse(RawFormat(), table);
        return Listing.Parse(format.Value, table);
    }

    private string RawFormat() => "container_id: {{.ID}}\nimage: {{.Image}}\ncommand: {{.Command}}\ncreated_at: {{.CreatedAt}}\nstate: {{- pad .State 1 0}}\n"
        + "status: {{- pad .Status 1 0}}\nnames: {{.Names}}\nlabels: {{- pad .Labels 1 0}}\nports: {{- pad .Ports 1 0}}\n" + (size ? "size: {{.Size}}\n" : "");
}
