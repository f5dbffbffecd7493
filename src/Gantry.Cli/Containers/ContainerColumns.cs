using System.Globalization;
using Gantry.Api.Containers;
using Gantry.Api.Networks;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Gantry.Cli.Output;

namespace Gantry.Cli.Containers;

/// <summary>What <c>ps</c> can show of a container.</summary>
internal static class ContainerColumns
{
    public const string Table = "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}";
    public const string SizeColumn = "\t{{.Size}}";

    private const int CommandWidth = 20;
    private const int MountWidth = 15;

    public static RowFormat<ContainerSummary> Create(bool truncate, DateTimeOffset now) => new("*formatter.ContainerContext",
    [
        new("ID", "CONTAINER ID", c => truncate ? Shorten.Id(c.Id) : c.Id),
        new("Names", "NAMES", c => Names(c, truncate)),
        new("Image", "IMAGE", c => Image(c, truncate)),
        new("Command", "COMMAND", c => GoQuote.Quote(truncate ? Shorten.Text(c.Command, CommandWidth) : c.Command)),
        new("CreatedAt", "CREATED AT", c => Human.Timestamp(DateTimeOffset.FromUnixTimeSeconds(c.Created))),
        new("RunningFor", "CREATED", c => Human.Ago(DateTimeOffset.FromUnixTimeSeconds(c.Created), now)),
        new("Ports", "PORTS", c => PortList.Format(c.Ports)),
        new("State", "STATE", c => c.State),
        new("Status", "STATUS", c => c.Status),
        new("Size", "SIZE", Size),
        new("Labels", "LABELS", c =>
            string.Join(',', c.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"))),
        new("Mounts", "MOUNTS", c => string.Join(',', c.Mounts.Select(m => MountName(m, truncate)))),
        new("LocalVolumes", "LOCAL VOLUMES", c => c.Mounts.Count(m => m.Driver == "local").ToString(CultureInfo.InvariantCulture)),
        new("Networks", "NETWORKS",
            c => c.NetworkSettings is { } settings ? string.Join(',', settings.Networks.Keys.Order(StringComparer.Ordinal)) : ""),
        new("Platform", "PLATFORM", _ => null),
    ], (container, label) => container.Labels.GetValueOrDefault(label, ""));

    /// <summary>Names under other containers' names (links, <c>/other/alias</c>) are shown only in full.</summary>
    private static string Names(ContainerSummary container, bool truncate)
    {
        IEnumerable<string> names = container.Names.Select(name => name.TrimStart('/'));
        if (truncate && names.FirstOrDefault(name => !name.Contains('/')) is { } own) return own;
        return string.Join(',', names);
    }

    private static string Image(ContainerSummary container, bool truncate)
    {
        if (container.Image.Length == 0) return "<no image>";
        if (!truncate) return container.Image;
        if (container.ImageID.Length > 0 && Shorten.Id(container.ImageID) is var id && id == Shorten.Id(container.Image)) return id;
        int digest = container.Image.IndexOf('@');
        return digest > 0 ? container.Image[..digest] : container.Image;
    }

    private static string MountName(MountPoint mount, bool truncate)
    {
        string name = mount.Name is { Length: > 0 } volume ? volume : mount.Source;
        return truncate ? Shorten.Text(name, MountWidth) : name;
    }

    private static string Size(ContainerSummary container)
    {
        string own = ByteSize.Text(container.SizeRw ?? 0, 3);
        return container.SizeRootFs is > 0 and { } all ? $"{own} (virtual {ByteSize.Text(all, 3)})" : own;
    }
}
