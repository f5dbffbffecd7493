using Gantry.Api.Containers;
using Gantry.Api.Networks;
using Gantry.Engine.Images;
using Gantry.Network.Ports;

namespace Gantry.Engine.Containers;

public sealed partial class ContainerEngine
{
    /// <param name="all">Also those that do not run.</param>
    /// <param name="limit">The newest so many, running or not; 0 and below: no limit.</param>
    public List<ContainerSummary> List(bool all, int limit, bool size, IReadOnlyDictionary<string, IReadOnlyList<string>> filters)
    {
        ContainerFilter filter = new(filters, this, images);
        IEnumerable<Container> chosen = Store.All
            .Where(container => all || limit > 0 || filter.AsksForStatus || container.Status.Running || container.Status.Restarting)
            .Where(filter.Matches)
            .OrderByDescending(container => container.Record.Created);
        if (limit > 0) chosen = chosen.Take(limit);
        return [.. chosen.Select(container => Summarise(container, size))];
    }

    private ContainerSummary Summarise(Container container, bool size)
    {
        ContainerRecord record = container.Record;
        return new ContainerSummary
        {
            Id = container.Id,
            Names = ["/" + container.Name],
            Image = ShownImage(record),
            ImageID = record.Image,
            Command = string.Join(' ', record.Args.Select(ShownArgument).Prepend(record.Path)),
            Created = record.Created.ToUnixTimeSeconds(),
            Ports = Ports(container),
            SizeRw = size ? snapshots.Usage(container.Id) : null,
            SizeRootFs = size ? snapshots.Usage(container.Id) + (images.Find(record.Image)?.Size ?? 0) : null,
            Labels = record.Config.Labels,
            State = container.Status.Name,
            Status = StatusText.Of(container.Status, DateTimeOffset.UtcNow),
            HostConfig =
                new SummaryHostConfig { NetworkMode = container.HostConfig.NetworkMode, Annotations = container.HostConfig.Annotations },
            NetworkSettings = new SummaryNetworkSettings { Networks = EndpointView.All(container) },
            Mounts = [.. record.Mounts.Where(mount => mount.Type != "tmpfs").Select(MountView)],
        };
    }

    /// <summary>As clients expect to see it: an argument with a space in it stands in single quotes.</summary>
    private static string ShownArgument(string argument) => argument.Contains(' ') ? $"'{argument}'" : argument;

    /// <summary>The name given at create, unless that name means another image by now.</summary>
    private string ShownImage(ContainerRecord record) =>
        images.TryResolve(record.Config.Image) is { } image && image.Id != record.Image ? record.Image : record.Config.Image;

    private static List<ContainerPort> Ports(Container container)
    {
        List<ContainerPort> ports = [];
        foreach (PublishedPort port in container.Record.Endpoints.SelectMany(endpoint => endpoint.Ports))
        {
            ports.Add(new ContainerPort { IP = port.HostAddress, PrivatePort = port.ContainerPort, PublicPort = port.HostPort,
                Type = port.Protocol });
        }
        if (!container.Status.Running) return ports;
        foreach ((ushort number, string protocol) in PortList.Exposed(container.Record.Config))
        {
            if (!ports.Exists(port => port.PrivatePort == number && port.Type == protocol))
                ports.Add(new ContainerPort { PrivatePort = number, Type = protocol });
        }
        return ports;
    }

    private static MountPoint MountView(ContainerMount mount) => new()
    {
        Type = mount.Type,
        Name = mount.Name,
        Source = mount.Source,
        Destination = mount.Destination,
        Driver = mount.Driver,
        Mode = mount.Mode,
        RW = mount.ReadWrite,
        Propagation = mount.Propagation,
    };

    public IEnumerable<ImageUser> UsersOf(string imageId) =>
        Store.All.Where(container => container.Record.Image == imageId)
            .Select(container =>
            new ImageUser(container.Id, container.Status.Running || container.Status.Restarting, container.Record.Config.Image))
            .Concat(SetAsideUsersOf(imageId));
}
