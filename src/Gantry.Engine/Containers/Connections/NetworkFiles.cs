using Gantry.Api.Containers;
using Gantry.Network.Files;

namespace Gantry.Engine.Containers.Connections;

/// <summary>The three files that make a container's name and network known inside; bind-mounted,
/// so rewritten in place at each start.</summary>
public sealed class NetworkFiles(ContainerOptions options, ContainerStore store)
{
    /// <summary>
    /// Of a running container's change, what its record says and then what its files say. In this order, and noted: whatever comes in
    /// between, a kill or a full disk,
    /// the files follow, at the next start of the daemon or once there is room.
    /// </summary>
    public void SaveWith(Container container)
    {
        container.Change(record => record with { NetworkFilesStale = true });
        container.Save(durable: false);
        container.SaveNetworkFiles(() =>
        {
            // One that has ended gets new ones at its next start.
            if (container.Record.NetworkFilesStale && container.Status.Running) Write(container);
            container.Change(record => record with { NetworkFilesStale = false });
            container.Save(durable: true);
        });
    }

    public void Write(Container container)
    {
        ContainerPaths paths = container.Paths;
        foreach (string path in (ReadOnlySpan<string>)[paths.Hosts, paths.Hostname, paths.ResolvConf]) ContainerPaths.MakeRoom(path);
        string mode = container.HostConfig.NetworkMode;
        if (ContainerMode.Joined(mode) is { } other) CopyFrom(store.Find(other), container);
        else WriteOwn(container, mode != "host");
        File.WriteAllText(paths.Hostname, container.Record.Config.Hostname + "\n");
        container.Change(record => record with { NetworkFilesStale = false });
    }

    private static void CopyFrom(Container other, Container container)
    {
        if (!other.Status.Running) throw GantryException.Conflict($"cannot join network of a non running container: {other.Id}");
        ContainerConfig config = ContainerConfigCopy.Of(container.Record.Config);
        (config.Hostname, config.Domainname) = (other.Record.Config.Hostname, other.Record.Config.Domainname);
        container.Change(record => record with { Config = config });
        File.Copy(other.Paths.Hosts, container.Paths.Hosts, overwrite: true);
        File.Copy(other.Paths.ResolvConf, container.Paths.ResolvConf, overwrite: true);
    }

    private void WriteOwn(Container container, bool ownNetwork)
    {
        HostConfig host = container.HostConfig;
        new NameResolution
        {
            Hostname = container.Record.Config.Hostname, Domainname = container.Record.Config.Domainname, OwnNetwork = ownNetwork,
            Endpoints = container.Record.Endpoints, ExtraHosts = host.ExtraHosts ?? [], Servers = Or(host.Dns, options.Dns),
            Search = Or(host.DnsSearch, options.DnsSearch), Options = Or(host.DnsOptions, options.DnsOptions),
        }.Write(container.Paths.Hosts, container.Paths.ResolvConf);
    }

    private static IReadOnlyList<string> Or(List<string> own, IReadOnlyList<string> daemons) => own.Count > 0 ? own : daemons;
}
