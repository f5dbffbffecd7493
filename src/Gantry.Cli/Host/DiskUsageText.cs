using System.Globalization;
using System.Text;
using Gantry.Api.Builds;
using Gantry.Api.Containers;
using Gantry.Api.Host;
using Gantry.Api.Volumes;
using Gantry.Cli.Builds;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Containers;
using Gantry.Cli.Images;
using Gantry.Cli.Output;

namespace Gantry.Cli.Host;

/// <summary>Every object with what it takes, for <c>system df -v</c>.</summary>
internal static class DiskUsageText
{
    public static string Of(DiskUsage usage)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        StringBuilder text = new("Images space usage:\n\n");
        Listing images = Listing.Parse("",
            "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.VirtualSize}}\t{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}");
        text.Append(images.Render(ImageColumns.Create(true, now),
            (usage.Images ?? []).SelectMany(image => ImageColumns.Rows(image, digests: false))));
        text.Append("\nContainers space usage:\n\n");
        Listing containers =
            Listing.Parse("", "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}");
        foreach (ContainerSummary container in usage.Containers ?? []) container.SizeRootFs = null;
        text.Append(containers.Render(ContainerColumns.Create(true, now), usage.Containers ?? []));
        text.Append("\nLocal Volumes space usage:\n\n");
        text.Append(Listing.Parse("", "{{.Name}}\t{{.Links}}\t{{.Size}}").Render(VolumeColumns, usage.Volumes ?? []));
        List<BuildCache> records = usage.BuildCache ?? [];
        text.Append($"\nBuild cache usage: {ByteSize.Text(BuildCacheColumns.Size(records))}\n\n");
        text.Append(Listing.Parse("",
            "{{.ID}}\t{{.CacheType}}\t{{.Size}}\t{{.CreatedSince}}\t{{.LastUsedSince}}\t{{.UsageCount}}\t{{.Shared}}")
            .Render(BuildCacheColumns.Create(true, now), records));
        return text.Append('\n').ToString();
    }

    private static RowFormat<Volume> VolumeColumns { get; } = new("*formatter.volumeContext",
    [
        new("Name", "VOLUME NAME", volume => volume.Name),
        new("Links", "LINKS", volume => volume.UsageData is { RefCount: >= 0 } used ? used.RefCount.ToString(CultureInfo.InvariantCulture)
            : "N/A"),
        new("Size", "SIZE", volume => volume.UsageData is { Size: >= 0 } used ? ByteSize.Text(used.Size) : "N/A"),
    ]);
}
