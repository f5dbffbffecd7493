using System.Globalization;
using Gantry.Api;
using Gantry.Cli.Output;

namespace Gantry.Cli;

/// <summary><c>gantry search</c>.</summary>
internal sealed class RegistrySearch : Command
{
    private const string Table = "{{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}";
    private const int DescriptionWidth = 45;

    private readonly ListFlag<(string Key, string Value)> filter;
    private readonly ValueFlag<string> format;
    private readonly ValueFlag<long> limit;
    private readonly BoolFlag noTruncation;

    public RegistrySearch()
    {
        filter = Flags.Filter();
        format = Flags.Format();
        limit = Flags.Number("limit", null, "Most results to show");
        noTruncation = Flags.Switch("no-trunc", null, "Show descriptions in full");
    }

    public override string Syntax => "[OPTIONS] TERM";

    public override OperandCount Operands => OperandCount.Exactly(1);

    public override int Run(Invocation invocation)
    {
        string term = invocation.Operands[0];
        List<SearchResult> found = invocation.Client.Images.Search(term, limit.Value, filter.ToFilters(), Login.HeaderFor(term));
        RowFormat<SearchResult> columns = new("*formatter.searchContext",
        [
            new("Name", "NAME", result => result.Name),
            new("Description", "DESCRIPTION", result => Description(result.Description)),
            new("StarCount", "STARS", result => result.StarCount.ToString(CultureInfo.InvariantCulture)),
            new("IsOfficial", "OFFICIAL", result => result.IsOfficial ? "[OK]" : ""),
            new("IsAutomated", "AUTOMATED", result => result.IsAutomated ? "[OK]" : ""),
        ]);
        invocation.Out.Write(Listing.Parse(format.Value, Table).Render(columns, found));
        return 0;
    }

    private string Description(string text)
    {
        string line = text.Replace('\n', ' ').Replace('\r', ' ');
        return noTruncation ? line : Shorten.Text(line, DescriptionWidth);
    }
}
