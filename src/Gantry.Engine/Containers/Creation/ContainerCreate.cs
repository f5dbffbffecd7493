using System.Diagnostics;
using Gantry.Api.Containers;
using Gantry.Api.Networks;
using Gantry.Engine.Containers.Mounts;
using Gantry.Engine.Images;
using Gantry.Engine.Volumes;
using Gantry.Linux.Trees;
using Gantry.Network;
using Gantry.Storage.Snapshots;
using Gantry.Workloads;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Containers.Creation;

/// <summary>Makes a container: its record, its writable layer, its volumes. Nothing runs yet, and on failure nothing is left.</summary>
public sealed class ContainerCreate(ContainerOptions options, ContainerStore store, ImageStore images, ISnapshotter snapshots,
    VolumeStore volumes, ContainerVolumes mounted, NetworkController networks, ContainerEvents events, ILogger log, PendingSaves? saves,
    TimeProvider time, CgroupSupport cgroups)
{
    /// <param name="name">Null or empty: one is made up.</param>
    public async Task<ContainerCreateResponse> RunAsync(string? name, ContainerCreateRequest? request, string? platform,
        CancellationToken cancellation)
    {
        if (request is null) throw GantryException.Invalid("config cannot be empty in order to create a container");
        using Activity? operation = Phase.Start("create");
        string id = RandomId.New();
        operation?.SetTag("container", id);
        List<string> warnings = [];
        HostConfig host = request.HostConfig ?? new HostConfig();
        PlatformChoice.Parse(platform);
        Image image;
        using (Phase.Start("resolve image")) image = images.Resolve(request.Image, platform);
        ContainerConfig config = ContainerConfigCopy.Of(request);
        RequestCheck.BeforeDefaults(config, host, warnings);
        ImageDefaults.Apply(config, image.Config.Config);
        HostDefaults.Apply(host, config, id, options);
        new RequestCheck(store, options, cgroups).Run(config, host, request.NetworkingConfig, warnings);
        string chosen = ChooseName(name, id);
        try
        {
            Container container = await MakeAsync(id, chosen, image, config, host, request.NetworkingConfig, platform, cancellation);
            store.Add(container);
            events.Publish(container, "create");
        }
        catch
        {
            store.ReleaseName(chosen, id);
            throw;
        }
        return new ContainerCreateResponse { Id = id, Warnings = warnings };
    }

    private async Task<Container> MakeAsync(string id, string name, Image image, ContainerConfig config, HostConfig host,
        NetworkingConfig? networking, string? platform, CancellationToken cancellation)
    {
        List<string> command = [.. config.Entrypoint ?? [], .. config.Cmd ?? []];
        ContainerPaths paths = options.PathsOf(id);
        bool prepared = false;
        IReadOnlyList<ContainerMount> mounts = [];
        try
        {
            Directory.CreateDirectory(paths.Unfinished);
            using (Phase.Start("prepare layer")) snapshots.Prepare(id, image.ChainIds);
            prepared = true;
            if (config.WorkingDir.Length > 0) WorkingDirectory.Make(snapshots.Mount(id), config.WorkingDir);
            using (Phase.Start("volumes")) mounts = await new MountResolver(volumes, store).ResolveAsync(id, config, host, cancellation);
            Container container = new(new ContainerRecord
            {
                Id = id,
                Name = name,
                Created = time.GetUtcNow(),
                Path = command[0],
                Args = command[1..],
                Config = config,
                Image = image.Id,
                Driver = snapshots.Name,
                Platform = platform,
                Mounts = mounts,
                Networks = RequestedNetworks(config, host, networking),
            }, host, paths, saves, time);
            Directory.CreateDirectory(paths.Directory, OwnDirectory.OwnerOnly);
            using (Phase.Start("fill volumes")) await mounted.FillAsync(id, mounts);
            using (Phase.Start("save")) container.SaveNew();
            Directory.Delete(paths.Unfinished);
            return container;
        }
        catch
        {
            bool gone = !prepared || log.Attempt(id, "removing the writable layer", () => snapshots.Remove(id));
            await mounted.ReleaseAsync(id, mounts, removeAnonymous: true);
            gone &= log.Attempt(id, "removing the directory", () => TreeRemoval.Remove(paths.Directory));
            // The mark last: as long as it is there, the next start of the daemon tries again.
            if (gone) log.Attempt(id, "removing the mark of a create", () => TreeRemoval.Remove(paths.Unfinished));
            throw;
        }
    }

    private string ChooseName(string? name, string id)
    {
        string chosen = string.IsNullOrEmpty(name) ? ContainerName.Random(store.IsNameTaken) : ContainerName.Parse(name);
        store.ReserveName(chosen, id);
        return chosen;
    }

    /// <summary>Networks by name, the first being that of the network mode.</summary>
    /// <remarks>One that does not exist is refused at the start: clients take a 404 at create for a missing image, and pull.</remarks>
    private Dictionary<string, EndpointSettings> RequestedNetworks(ContainerConfig config, HostConfig host,
        NetworkingConfig? networking)
    {
        Dictionary<string, EndpointSettings> requested = [];
        string mode = host.NetworkMode;
        // As dockerd has it: a namespace of its own, and nothing in it.
        if (config.NetworkDisabled == true || ContainerMode.Joined(mode) is not null) return requested;
        string main = NetworkName(mode);
        requested[main] = new EndpointSettings();
        foreach ((string key, EndpointSettings? settings) in networking?.EndpointsConfig ?? [])
            requested[key is "default" ? main : NetworkName(key)] = settings ?? new EndpointSettings();
        return requested;
    }

    private string NetworkName(string nameOrId)
    {
        try
        {
            return networks.Find(nameOrId).Name;
        }
        catch (GantryException e) when (e.Kind == ErrorKind.NotFound)
        {
            return nameOrId;
        }
    }
}
