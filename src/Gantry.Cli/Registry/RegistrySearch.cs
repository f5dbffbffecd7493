using System.Globalization;
using Gantry.Api.Images;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Gantry.Cli.Output;

namespace Gantry.Cli.Registry;

/// <summary><c>gantry search</c>.</summary>
internal sealed class RegistrySearch : Command
{
    private const string Table = "{{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}";
    private const int DescriptionWidth = 45;

    private readonly ListFlag<(string Key, string Value)> _filter;
    private readonly ValueFlag<string> _format;
    private readonly ValueFlag<long> _limit;
    private readonly BoolFlag _noTruncation;

    public RegistrySearch()
    {
        _filter = Flags.Filter();
        _format = Flags.Format();
        _limit = Flags.Number("limit", null, "Most results to show");
        _noTruncation = Flags.Switch("no-trunc", null, "Show descriptions in full");
    }

    public override string Syntax => "[OPTIONS] TERM";

    public override OperandCount Operands => OperandCount.Exactly(1);

    public override int Run(Invocation invocation)
    {
        string term = invocation.Operands[0];
        List<SearchResult> found = invocation.Client.Images.Search(term, _limit.Value, _filter.ToFilters(), Login.HeaderFor(term));
        RowFormat<SearchResult> columns = new("*formatter.searchContext",
        [
            new("Name", "NAME", result => result.Name),
            new("Description", "DESCRIPTION", result => Description(result.Description)),
            new("StarCount", "STARS", result => result.StarCount.ToString(CultureInfo.InvariantCulture)),
            new("IsOfficial", "OFFICIAL", result => result.IsOfficial ? "[OK]" : ""),
            new("IsAutomated", "AUTOMATED", result => result.IsAutomated ? "[OK]" : ""),
        ]);
        invocation.Out.Write(Listing.Parse(_format.Value, Table).Render(columns, found));
        return 0;
    }

    private string Description(string text)
    {
        string line = text.Replace('\n', ' ').Replace('\r', ' ');
        return _noTruncation ? line : Shorten.Text(line, DescriptionWidth);
    }
}
