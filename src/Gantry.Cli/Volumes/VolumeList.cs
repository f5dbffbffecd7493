using Gantry.Api.Volumes;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Gantry.Cli.Output;

namespace Gantry.Cli.Volumes;

/// <summary><c>gantry volume ls</c>.</summary>
internal sealed class VolumeList : Command
{
    private const string Table = "{{.Driver}}\t{{.Name}}";

    private static readonly RowFormat<Volume> Format = new("*formatter.volumeContext",
    [
        new("Availability", "AVAILABILITY", _ => "N/A"),
        new("Driver", "DRIVER", volume => volume.Driver),
        new("Group", "GROUP", _ => "N/A"),
        new("Labels", "LABELS",
            volume => string.Join(',', (volume.Labels ?? []).OrderBy(label => label.Key, StringComparer.Ordinal)
                .Select(label => $"{label.Key}={label.Value}"))),
        new("Links", "LINKS", volume => volume.UsageData is { } usage ? $"{usage.RefCount}" : "N/A"),
        new("Mountpoint", "MOUNTPOINT", volume => volume.Mountpoint),
        new("Name", "VOLUME NAME", volume => volume.Name),
        new("Scope", "SCOPE", volume => volume.Scope),
        new("Size", "SIZE", volume => volume.UsageData is { } usage ? ByteSize.Text(usage.Size) : "N/A"),
        new("Status", "STATUS", _ => "N/A"),
    ], (volume, label) => volume.Labels?.GetValueOrDefault(label) ?? "");

    private readonly BoolFlag _quiet;
    private readonly ValueFlag<string> _format;
    private readonly ListFlag<(string Key, string Value)> _filter;

    public VolumeList()
    {
        _filter = Flags.Filter();
        _format = Flags.Format();
        _quiet = Flags.Switch("quiet", 'q', "Show names alone");
    }

    public override string Syntax => "[OPTIONS]";
    public override OperandCount Operands => OperandCount.None;

    public override int Run(Invocation invocation)
    {
        List<Volume> volumes = invocation.Client.Volumes.List(_filter.ToFilters()).Volumes;
        volumes.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        invocation.Out.Write(Listing.Parse(_quiet && _format.Value.Length == 0 ? "{{.Name}}" : _format.Value, Table)
            .Render(Format, volumes));
        return 0;
    }
}
