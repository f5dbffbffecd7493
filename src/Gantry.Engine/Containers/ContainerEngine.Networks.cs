using Gantry.Api.Containers;
using Gantry.Api.Networks;
using Gantry.Linux.Files;
using Gantry.Network.Endpoints;
using Gantry.Network.Files;

namespace Gantry.Engine.Containers;

/// <summary>A container's places in the networks.</summary>
public sealed partial class ContainerEngine
{
    private List<Endpoint> AllocateEndpoints(Container container)
    {
        List<Endpoint> endpoints = [];
        try
        {
            foreach ((string name, EndpointSettings settings) in container.Record.Networks)
            {
                endpoints.Add(networks.Allocate(container.Id, networks.Find(name), new EndpointRequest
                {
                    Address = NullIfEmpty(settings.IPAMConfig?.IPv4Address),
                    Address6 = NullIfEmpty(settings.IPAMConfig?.IPv6Address),
                    MacAddress = NullIfEmpty(settings.MacAddress) ?? NullIfEmpty(container.Record.Config.MacAddress),
                    Aliases = settings.Aliases ?? [],
                    ContainerName = container.Name,
                    Index = endpoints.Count,
                }));
            }
            foreach (Endpoint endpoint in endpoints) PublishNetworkEvent(endpoint, "connect");
            return endpoints;
        }
        catch
        {
            foreach (Endpoint endpoint in endpoints) networks.Release(endpoint);
            throw;
        }
    }

    private void ReleaseEndpoints(Container container)
    {
        foreach (Endpoint endpoint in container.Record.Endpoints)
        {
            networks.Release(endpoint);
            PublishNetworkEvent(endpoint, "disconnect");
        }
        container.Record.Endpoints = [];
        container.Record.Gateway = null;
    }

    /// <summary>
    /// Of a running container's change, what its record says and then what its files say. In this order, and noted: whatever comes in
    /// between, a kill or a full disk,
    /// the files follow, at the next start of the daemon or once there is room.
    /// </summary>
    private void SaveWithNetworkFiles(Container container)
    {
        container.Record.NetworkFilesStale = true;
        container.Save(durable: false);
        container.SaveNetworkFiles(() =>
        {
            // One that has ended gets new ones at its next start.
            if (container.Record.NetworkFilesStale && container.Status.Running) WriteNetworkFiles(container);
            container.Record.NetworkFilesStale = false;
            container.Save(durable: true);
        });
    }

    /// <summary>The three files that make a container's name and network known inside; bind-mounted,
    /// so rewritten in place at each start.</summary>
    private void WriteNetworkFiles(Container container)
    {
        ContainerPaths paths = container.Paths;
        HostConfig host = container.HostConfig;
        ContainerConfig config = container.Record.Config;
        foreach (string path in (ReadOnlySpan<string>)[paths.Hosts, paths.Hostname, paths.ResolvConf]) MakeRoom(path);
        if (host.NetworkMode.StartsWith("container:", StringComparison.Ordinal))
        {
            Container other = Store.Find(host.NetworkMode["container:".Length..]);
            if (!other.Status.Running) throw GantryException.Conflict($"cannot join network of a non running container: {other.Id}");
            (config.Hostname, config.Domainname) = (other.Record.Config.Hostname, other.Record.Config.Domainname);
            File.Copy(other.Paths.Hosts, paths.Hosts, overwrite: true);
            File.Copy(other.Paths.ResolvConf, paths.ResolvConf, overwrite: true);
            File.WriteAllText(paths.Hostname, config.Hostname + "\n");
            container.Record.NetworkFilesStale = false;
            return;
        }
        bool ownNetwork = host.NetworkMode != "host";
        Endpoint? first = container.Record.Endpoints.FirstOrDefault(endpoint => endpoint.Address.Length > 0);
        string? gateway = first?.Gateway is { Length: > 0 } address ? address : null;
        IEnumerable<string> addresses = container.Record.Endpoints.SelectMany(endpoint => (string[])[endpoint.Address, endpoint.Address6]);
        File.WriteAllText(paths.Hosts, ownNetwork
            ? HostsFile.Build(config.Hostname, config.Domainname, addresses, host.ExtraHosts ?? [], gateway)
            : HostsFile.BuildForHostNetwork(File.Exists("/etc/hosts") ? File.ReadAllText("/etc/hosts") : "", host.ExtraHosts ?? [],
            "127.0.0.1"));
        File.WriteAllText(paths.ResolvConf,
            ResolvFile.Build(ResolvFile.ReadHost(), Or(host.Dns, options.Dns), Or(host.DnsSearch, options.DnsSearch),
                Or(host.DnsOptions, options.DnsOptions), ownNetwork, first?.Address6.Length > 0));
        File.WriteAllText(paths.Hostname, config.Hostname + "\n");
        container.Record.NetworkFilesStale = false;
    }

    /// <summary>What is made anew at each start needs its place, whatever is there.</summary>
    private static void MakeRoom(string path)
    {
        // A FIFO holds whoever writes to it.
        if (JsonFile.IsThere(path) && (FileNature.KindOf(path) is not FileKind.Regular || new FileInfo(path).LinkTarget is not null))
            JsonFile.SetAside(path);
    }

    private static IReadOnlyList<string> Or(List<string> own, IReadOnlyList<string> daemons) => own.Count > 0 ? own : daemons;

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
