using Gantry.Api.Builds;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Gantry.Cli.Output;

namespace Gantry.Cli.Builds;

/// <summary><c>gantry builder du</c>: what <c>system df</c> knows of the build cache.</summary>
internal sealed class BuilderDiskUsage : Command
{
    private const string Table = "{{.ID}}\t{{.Reclaimable}}\t{{.Size}}\t{{.LastUsedSince}}",
        WideTable = "{{.ID}}\t{{.CacheType}}\t{{.Reclaimable}}\t{{.Shared}}\t{{.Size}}\t{{.CreatedSince}}\t{{.LastUsedSince}}\t"
            + "{{.UsageCount}}\t{{.Description}}";

    private readonly ValueFlag<string> _format;
    private readonly BoolFlag _verbose;

    public BuilderDiskUsage()
    {
        _format = Flags.Format();
        _verbose = Flags.Switch("verbose", 'v', "Show whole identifiers, and what each record is");
    }

    public override string Syntax => "[OPTIONS]";

    public override OperandCount Operands => OperandCount.None;

    public override int Run(Invocation invocation)
    {
        Listing listing = Listing.Parse(_format.Value, _verbose ? WideTable : Table);
        List<BuildCache> records = invocation.Client.System.DiskUsage("build-cache").BuildCache ?? [];
        invocation.Out.Write(listing.Render(BuildCacheColumns.Create(!_verbose, DateTimeOffset.UtcNow), records));
        if (_format.Value.Length == 0) invocation.Out.Write(Sums(records));
        return 0;
    }

    private static string Sums(List<BuildCache> records) =>
        $"Reclaimable:\t{ByteSize.Text(BuildCacheColumns.Reclaimable(records))}\n"
        + $"Total:\t\t{ByteSize.Text(BuildCacheColumns.Size(records))}\n";
}
