using System.Globalization;
using Gantry.Api.Images;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Gantry.Cli.Output;

namespace Gantry.Cli.Images;

/// <summary><c>gantry history</c>.</summary>
internal sealed class ImageHistoryList : Command
{
    private const int CommandWidth = 45;
    private readonly BoolFlag _human, _noTruncation, _quiet;
    private readonly ValueFlag<string> _format;

    public ImageHistoryList()
    {
        _format = Flags.Format();
        _human = Flags.Switch("human", 'H', "Show sizes and dates in words", true);
        _noTruncation = Flags.Switch("no-trunc", null, "Show values in full");
        _quiet = Flags.Switch("quiet", 'q', "Show IDs alone");
    }

    public override string Syntax => "[OPTIONS] IMAGE";

    public override OperandCount Operands => OperandCount.Exactly(1);

    public override int Run(Invocation invocation)
    {
        string when = _human ? "{{.CreatedSince}}" : "{{.CreatedAt}}";
        Listing listing = _quiet
            ? Listing.Parse("{{.ID}}", "")
            : Listing.Parse(_format.Value, $"{{{{.ID}}}}\t{when}\t{{{{.CreatedBy}}}}\t{{{{.Size}}}}\t{{{{.Comment}}}}");
        List<ImageHistory> steps = invocation.Client.Images.History(invocation.Operands[0]);
        invocation.Out.Write(listing.Render(Columns(DateTimeOffset.UtcNow), steps));
        return 0;
    }

    private RowFormat<ImageHistory> Columns(DateTimeOffset now) => new("*formatter.historyContext",
    [
        new("ID", "IMAGE", s => _noTruncation ? s.Id : Shorten.Id(s.Id)),
        new("CreatedSince", "CREATED", s => s.Created <= 0 ? "N/A" : Human.Ago(DateTimeOffset.FromUnixTimeSeconds(s.Created), now)),
        new("CreatedAt", "CREATED AT",
            s => DateTimeOffset.FromUnixTimeSeconds(s.Created).ToLocalTime() is var time && time.Offset == TimeSpan.Zero
            ? time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture)),
        new("CreatedBy", "CREATED BY", s => CreatedBy(s.CreatedBy)),
        new("Size", "SIZE", s => _human ? ByteSize.Text(s.Size, 3) : s.Size.ToString(CultureInfo.InvariantCulture)),
        new("Comment", "COMMENT", s => s.Comment),
    ]);

    private string CreatedBy(string command)
    {
        string line = command.Replace('\t', ' ');
        return _noTruncation ? line : Shorten.Text(line, CommandWidth);
    }
}
