using Gantry.Api.Containers;
using Gantry.Api.Networks;
using Gantry.Engine.Images;
using Gantry.Network.Ports;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Containers.Queries;

/// <summary>What <c>ps</c> shows. Takes no gate, so that one stuck container never blocks it.</summary>
public sealed class ContainerList(ContainerStore store, ImageStore images, ISnapshotter snapshots, TimeProvider time)
{
    /// <param name="all">Also those that do not run.</param>
    /// <param name="limit">The newest so many, running or not; 0 and below: no limit.</param>
    public List<ContainerSummary> Run(bool all, int limit, bool size, IReadOnlyDictionary<string, IReadOnlyList<string>> filters)
    {
        ContainerFilter filter = new(filters, store, images);
        IEnumerable<Container> chosen = store.All
            .Where(container => all || limit > 0 || filter.AsksForStatus || container.Status is { Running: true } or { Restarting: true })
            .Where(container => filter.Matches(container.Record, container.HostConfig))
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
            Names = ["/" + record.Name],
            Image = ShownImage(record),
            ImageID = record.Image,
            Command = string.Join(' ', record.Args.Select(ShownArgument).Prepend(record.Path)),
            Created = record.Created.ToUnixTimeSeconds(),
            Ports = Ports(record),
            SizeRw = size ? snapshots.Usage(container.Id) : null,
            SizeRootFs = size ? snapshots.Usage(container.Id) + (images.Find(record.Image)?.Size ?? 0) : null,
            Labels = record.Config.Labels,
            State = record.Status.Name,
            Status = StatusText.Of(record.Status, time.GetUtcNow()),
            HostConfig =
                new SummaryHostConfig { NetworkMode = container.HostConfig.NetworkMode, Annotations = container.HostConfig.Annotations },
            NetworkSettings = new SummaryNetworkSettings { Networks = EndpointView.All(record) },
            Mounts = [.. record.Mounts.Where(mount => mount.Type != "tmpfs").Select(MountView.Of)],
        };
    }

    /// <summary>As clients expect to see it: an argument with a space in it stands in single quotes.</summary>
    private static string ShownArgument(string argument) => argument.Contains(' ') ? $"'{argument}'" : argument;

    /// <summary>The name given at create, unless that name means another image by now.</summary>
    private string ShownImage(ContainerRecord record) =>
        images.TryResolve(record.Config.Image) is { } image && image.Id != record.Image ? record.Image : record.Config.Image;

    private static List<ContainerPort> Ports(ContainerRecord record)
    {
        List<ContainerPort> ports = [];
        foreach (PublishedPort port in record.Endpoints.SelectMany(endpoint => endpoint.Ports))
        {
            ports.Add(new ContainerPort { IP = port.HostAddress.ToString(), PrivatePort = port.ContainerPort, PublicPort = port.HostPort,
                Type = port.Protocol });
        }
        if (!record.Status.Running) return ports;
        foreach ((ushort number, string protocol) in PortList.Exposed(record.Config))
        {
            if (!ports.Exists(port => port.PrivatePort == number && port.Type == protocol))
                ports.Add(new ContainerPort { PrivatePort = number, Type = protocol });
        }
        return ports;
    }
}
