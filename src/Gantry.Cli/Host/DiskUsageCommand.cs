using System.Globalization;
using Gantry.Api.Builds;
using Gantry.Api.Containers;
using Gantry.Api.Host;
using Gantry.Api.Images;
using Gantry.Api.Volumes;
using Gantry.Cli.Builds;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Gantry.Cli.Output;

namespace Gantry.Cli.Host;

/// <summary><c>gantry system df</c>.</summary>
internal sealed class DiskUsageCommand : Command
{
    private const string Table = "{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}";
    private readonly ValueFlag<string> _format;
    private readonly BoolFlag _verbose;

    public DiskUsageCommand()
    {
        _format = Flags.Format();
        _verbose = Flags.Switch("verbose", 'v', "Show every object");
    }

    public override string Syntax => "[OPTIONS]";

    public override OperandCount Operands => OperandCount.None;

    public override int Run(Invocation invocation)
    {
        Listing listing = Listing.Parse(_format.Value, Table);
        DiskUsage usage = invocation.Client.System.DiskUsage();
        invocation.Out.Write(_verbose ? DiskUsageText.Of(usage)
            : listing.Render(Columns, [Images(usage), Containers(usage), Volumes(usage), BuildCache(usage)]));
        return 0;
    }

    private sealed record Row(string Type, int Count, int Active, long Size, long Reclaimable, bool WithShare);

    private static RowFormat<Row> Columns { get; } = new("*formatter.diskUsageContext",
    [
        new("Type", "TYPE", row => row.Type),
        new("TotalCount", "TOTAL", row => row.Count.ToString(CultureInfo.InvariantCulture)),
        new("Active", "ACTIVE", row => row.Active.ToString(CultureInfo.InvariantCulture)),
        new("Size", "SIZE", row => ByteSize.Text(row.Size)),
        new("Reclaimable", "RECLAIMABLE",
            row => ByteSize.Text(row.Reclaimable) + (row.WithShare && row.Size > 0 ? $" ({row.Reclaimable * 100 / row.Size}%)" : "")),
    ]);

    private static Row Images(DiskUsage usage)
    {
        List<ImageSummary> images = usage.Images ?? [];
        // What an image in use shares with an unused one stays.
        long inUse = images.Where(image => image.Containers > 0).Sum(image => image.Size - Math.Max(0, image.SharedSize));
        return new Row("Images", images.Count, images.Count(image => image.Containers > 0), usage.LayersSize,
            Math.Max(0, usage.LayersSize - inUse), true);
    }

    private static Row Containers(DiskUsage usage)
    {
        List<ContainerSummary> containers = usage.Containers ?? [];
        List<ContainerSummary> active = [.. containers.Where(IsActive)];
        long size = containers.Sum(container => container.SizeRw ?? 0);
        return new Row("Containers", containers.Count, active.Count, size, size - active.Sum(container => container.SizeRw ?? 0), true);
    }

    private static bool IsActive(ContainerSummary container) => container.State is "running" or "paused" or "restarting";

    private static Row Volumes(DiskUsage usage)
    {
        List<VolumeUsage> volumes = [.. (usage.Volumes ?? []).Select(volume => volume.UsageData ?? new VolumeUsage())];
        long size = volumes.Sum(volume => Math.Max(0, volume.Size));
        return new Row("Local Volumes", volumes.Count, volumes.Count(volume => volume.RefCount > 0), size,
            volumes.Where(volume => volume.RefCount == 0).Sum(volume => Math.Max(0, volume.Size)), true);
    }

    private static Row BuildCache(DiskUsage usage)
    {
        List<BuildCache> records = usage.BuildCache ?? [];
        return new Row("Build Cache", records.Count, records.Count(record => record.InUse), BuildCacheColumns.Size(records),
            BuildCacheColumns.Reclaimable(records), false);
    }
}
