using Gantry.Api.Containers;
using Gantry.Api.Json;
using Gantry.Api.Networks;
using Gantry.Daemon.Http;
using Gantry.Engine.Containers;
using Gantry.Engine.Containers.Queries;
using Gantry.Network.Ports;
using Gantry.Shim.Logs;

namespace Gantry.Daemon.Containers;

/// <summary>Containers as each version of the API shows them.</summary>
internal static class ContainerWire
{
    public static ContainerInspectResponse Inspect(ContainerDetails container, ApiVersion version)
    {
        ContainerRecord record = container.Record;
        HostConfig host = container.HostConfig;
        return new ContainerInspectResponse
        {
            Id = record.Id,
            Created = WireTime.Format(record.Created),
            Path = record.Path,
            Args = [.. record.Args],
            State = State(record.Status),
            Image = record.Image,
            ResolvConfPath = container.Paths.ResolvConf,
            HostnamePath = container.Paths.Hostname,
            HostsPath = container.Paths.Hosts,
            LogPath = host.LogConfig.Type == LogDriver.JsonFile ? container.Paths.Log : "",
            Name = "/" + record.Name,
            RestartCount = record.RestartCount,
            Driver = record.Driver,
            Platform = "linux",
            ExecIDs = container.Execs.Count == 0 ? null : [.. container.Execs],
            HostConfig = host,
            GraphDriver = new GraphDriver { Name = record.Driver, Data = new Dictionary<string, string>(container.Snapshot) },
            SizeRw = container.Size,
            SizeRootFs = container.RootSize,
            Mounts = [.. record.Mounts.Where(mount => mount.Type != "tmpfs" || IsMountSpec(host, mount)).Select(Mount)],
            Config = record.Config,
            NetworkSettings = EndpointWire.Settings(container, version),
        };
    }

    public static ContainerSummary Summary(ListedContainer container)
    {
        ContainerRecord record = container.Record;
        HostConfig host = container.HostConfig;
        return new ContainerSummary
        {
            Id = record.Id,
            Names = ["/" + record.Name],
            Image = container.Image,
            ImageID = record.Image,
            Command = string.Join(' ', record.Args.Select(ShownArgument).Prepend(record.Path)),
            Created = record.Created.ToUnixTimeSeconds(),
            Ports = Ports(record, container.Exposed),
            SizeRw = container.Size,
            SizeRootFs = container.RootSize,
            Labels = record.Config.Labels,
            State = record.Status.Name,
            Status = StatusText.Of(record.Status, container.At),
            HostConfig = new SummaryHostConfig { NetworkMode = host.NetworkMode, Annotations = host.Annotations },
            NetworkSettings = new SummaryNetworkSettings { Networks = EndpointWire.All(record) },
            Mounts = [.. record.Mounts.Where(mount => mount.Type != "tmpfs").Select(Mount)],
        };
    }

    public static ContainerTopResponse Top(ProcessTable table) => new()
    {
        Titles = [.. table.Titles],
        Processes = [.. table.Rows.Select(row => (List<string>)[.. row])],
    };

    private static ContainerState State(ContainerStatus status) => new()
    {
        Status = status.Name,
        // As clients know it: between two runs it still counts as running.
        Running = status.Running || status.Restarting,
        Paused = status.Paused,
        Restarting = status.Restarting,
        OOMKilled = status.OomKilled,
        Pid = status.Pid,
        ExitCode = status.ExitCode,
        Error = status.Error,
        StartedAt = WireTime.Format(status.StartedAt),
        FinishedAt = WireTime.Format(status.FinishedAt),
    };

    /// <summary>A tmpfs of <c>--mount</c> is shown among the mounts, one of <c>--tmpfs</c> in the host configuration alone.</summary>
    private static bool IsMountSpec(HostConfig host, ContainerMount mount) =>
        host.Tmpfs?.ContainsKey(mount.Destination) != true;

    private static MountPoint Mount(ContainerMount mount) => new()
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

    /// <summary>As clients expect to see it: an argument with a space in it stands in single quotes.</summary>
    private static string ShownArgument(string argument) => argument.Contains(' ') ? $"'{argument}'" : argument;

    private static List<ContainerPort> Ports(ContainerRecord record, IEnumerable<(ushort Port, string Protocol)> exposed)
    {
        List<ContainerPort> ports = [];
        foreach (PublishedPort port in record.Endpoints.SelectMany(endpoint => endpoint.Ports))
        {
            ports.Add(new ContainerPort { IP = port.HostAddress.ToString(), PrivatePort = port.ContainerPort, PublicPort = port.HostPort,
                Type = port.Protocol });
        }
        if (!record.Status.Running) return ports;
        foreach ((ushort number, string protocol) in exposed)
        {
            if (!ports.Exists(port => port.PrivatePort == number && port.Type == protocol))
                ports.Add(new ContainerPort { PrivatePort = number, Type = protocol });
        }
        return ports;
    }
}
