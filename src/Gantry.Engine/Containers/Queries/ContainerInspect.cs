using Gantry.Api.Containers;
using Gantry.Api.Json;
using Gantry.Api.Networks;
using Gantry.Engine.Images;
using Gantry.Shim.Logs;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Containers.Queries;

/// <summary>All that is known of one container. Takes no gate, as <see cref="ContainerList"/>.</summary>
public sealed class ContainerInspect(ContainerStore store, ImageStore images, ISnapshotter snapshots)
{
    public ContainerInspectResponse Run(string reference, bool size)
    {
        Container container = store.Find(reference);
        ContainerRecord record = container.Record;
        long? own = size ? snapshots.Usage(container.Id) : null;
        List<string> execs = [.. container.Execs.RunningIds];
        return new ContainerInspectResponse
        {
            Id = container.Id,
            Created = WireTime.Format(record.Created),
            Path = record.Path,
            Args = [.. record.Args],
            State = State(record.Status),
            Image = record.Image,
            ResolvConfPath = container.Paths.ResolvConf,
            HostnamePath = container.Paths.Hostname,
            HostsPath = container.Paths.Hosts,
            LogPath = container.HostConfig.LogConfig.Type == LogDriver.JsonFile ? container.Paths.Log : "",
            Name = "/" + record.Name,
            RestartCount = record.RestartCount,
            Driver = record.Driver,
            Platform = "linux",
            ExecIDs = execs.Count == 0 ? null : execs,
            HostConfig = container.HostConfig,
            GraphDriver = new GraphDriver { Name = record.Driver, Data = new Dictionary<string, string>(snapshots.Describe(container.Id)) },
            SizeRw = own,
            SizeRootFs = own is null ? null : own + (images.Find(record.Image)?.Size ?? 0),
            Mounts = [.. record.Mounts.Where(mount => mount.Type != "tmpfs" || IsMountSpec(container, mount)).Select(MountView.Of)],
            Config = record.Config,
            NetworkSettings = EndpointView.Settings(record),
        };
    }

    /// <summary>A tmpfs of <c>--mount</c> is shown among the mounts, one of <c>--tmpfs</c> in the host configuration alone.</summary>
    private static bool IsMountSpec(Container container, ContainerMount mount) =>
        container.HostConfig.Tmpfs?.ContainsKey(mount.Destination) != true;

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
}
