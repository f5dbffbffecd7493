using Gantry.Engine.Containers;
using Gantry.Engine.Containers.Connections;
using Gantry.Engine.Containers.Creation;
using Gantry.Engine.Containers.Files;
using Gantry.Engine.Containers.Lifecycle;
using Gantry.Engine.Containers.Mounts;
using Gantry.Engine.Containers.Queries;
using Gantry.Engine.Containers.Recovery;
using Gantry.Engine.Containers.Remains;
using Gantry.Engine.Containers.Streams;
using Gantry.Engine.Events;
using Gantry.Engine.Images;
using Gantry.Engine.Volumes;
using Gantry.Network;
using Gantry.Storage.Snapshots;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine;

/// <summary>Puts together what containers can do; each verb is a type of its own.</summary>
/// <remarks>
/// There is no lock over all containers: an operation holds the gate of the container it changes, and nothing else.
/// Reading (list, inspect, logs) takes no gate, so that one stuck container never blocks them.
/// </remarks>
public sealed class ContainerEngine
{
    private readonly ContainerSupervision _supervision;

    /// <param name="saves">Where changes are kept that the disk does not take.</param>
    /// <param name="supervisors">Those of the runtime that the options name, unless a test has others.</param>
    public ContainerEngine(ContainerOptions options, ImageStore images, ISnapshotter snapshots, VolumeStore volumes,
        NetworkController networks, EventBus bus, ILogger<ContainerEngine> log, PendingSaves? saves = null,
        ISupervisors? supervisors = null, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        supervisors ??= new Supervisors(options.Runtime);
        ContainerEvents events = new(bus);
        ContainerRemains remains = new(options, supervisors, log);
        ContainerVolumes mounted = new(volumes, snapshots, log);
        ContainerEndpoints endpoints = new(networks, events);
        NetworkFiles files = new(options, Store);
        EndpointRepair repair = new(networks, endpoints, files, log);
        ContainerRecords records = new(Store, saves, time);
        Damaged = new DamagedContainers(options, Store, records, mounted, supervisors, images, snapshots, log);
        ContainerErasure erasure = new(Store, remains, mounted, snapshots, events, log, time);
        ContainerLaunch launch = new(new ContainerBundle(options, Store, snapshots, files), endpoints, mounted, supervisors, remains,
            erasure, events, log, time);
        _supervision = new ContainerSupervision(Store, launch, endpoints, mounted, remains, erasure, events, log, time);
        ContainerFreeze freeze = new(events);
        ContainerSignals signals = new(freeze, remains, events, log, time);

        Create = new ContainerCreate(options, Store, images, snapshots, volumes, mounted, networks, events, log, saves, time,
            Cgroups);
        Start = new ContainerStart(Store, _supervision);
        Stop = new ContainerStop(Store, signals, events);
        Restart = new ContainerRestart(Store, Stop, Start, events);
        Kill = new ContainerKill(Store, signals);
        Pause = new ContainerPause(Store, freeze);
        UnfinishedUpdate unfinished = new(log);
        Update = new ContainerUpdate(Store, events, Cgroups, unfinished);
        Wait = new ContainerWait(Store);
        GiveUp giveUp = new(options, Store, mounted, supervisors, remains, snapshots, log, time);
        Remove = new ContainerRemove(Store, signals, erasure, giveUp);
        Prune = new ContainerPrune(Store, Remove, snapshots, events);
        ContainerReading reading = new(options, Store, records, Damaged, supervisors, snapshots, log);
        ContainerReconnect reconnect = new(supervisors, launch, _supervision, remains, log, time);
        Restore = new ContainerRestore(options, Store, reading, Damaged, reconnect, _supervision, erasure, mounted, networks, repair,
            unfinished, log, time);

        Connections = new ContainerConnections(Store, networks, endpoints, files, repair, events);
        Rename = new ContainerRename(Store, networks, events);
        Attach = new ContainerAttach(Store, events);
        Logs = new ContainerLogs(Store);
        Resize = new ContainerResize(Store, events);
        Files = new ContainerFiles(Store, snapshots, events);
        Commit = new ContainerCommit(Store, images, freeze, events);
        List = new ContainerList(Store, images, snapshots, time);
        Inspect = new ContainerInspect(Store, images, snapshots);
        Top = new ContainerTop(Store, events, options.CgroupParent);
        ImageUsers = new ImageUsers(Store, images, snapshots);
    }

    public ContainerStore Store { get; } = new();
    /// <summary>What this host's control groups can do; it does not change while the daemon runs.</summary>
    public CgroupSupport Cgroups { get; } = CgroupSupport.Read();

    public ContainerCreate Create { get; }
    public ContainerStart Start { get; }
    public ContainerStop Stop { get; }
    public ContainerRestart Restart { get; }
    public ContainerKill Kill { get; }
    public ContainerPause Pause { get; }
    public ContainerUpdate Update { get; }
    public ContainerWait Wait { get; }
    public ContainerRemove Remove { get; }
    public ContainerPrune Prune { get; }
    public ContainerConnections Connections { get; }
    public ContainerRename Rename { get; }
    public ContainerAttach Attach { get; }
    public ContainerLogs Logs { get; }
    public ContainerResize Resize { get; }
    public ContainerFiles Files { get; }
    public ContainerCommit Commit { get; }
    public ContainerList List { get; }
    public ContainerInspect Inspect { get; }
    public ContainerTop Top { get; }

    public ContainerRestore Restore { get; }
    public DamagedContainers Damaged { get; }
    public ImageUsers ImageUsers { get; }

    /// <summary>The daemon ends: nothing is restarted any more, and what runs goes on running.</summary>
    public void Leave() => _supervision.Leave();
}
