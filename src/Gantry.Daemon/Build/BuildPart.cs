using Gantry.Build;
using Gantry.Build.Execution;
using Gantry.Build.Repositories;
using Gantry.Build.Sessions;
using Gantry.BuildKit.History;
using Gantry.BuildKit.Services;
using Gantry.BuildKit.Sessions;
using Gantry.Daemon.Build.Sessions;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Containers;
using Gantry.Daemon.Http;
using Gantry.Daemon.Http.Calls;
using Gantry.Daemon.Images;
using Gantry.Daemon.Networks;
using Gantry.Engine.Containers;
using Gantry.Engine.Containers.Files;
using Gantry.Engine.Images;

namespace Gantry.Daemon.Build;

/// <summary>Building images: the builder, and its routes.</summary>
internal sealed class BuildPart
{
    private readonly BuildRoutes _routes;
    private readonly RunningBuilds _running = new();
    private readonly SessionList<OwnSession> _sessions;
    private readonly SessionList<ClientSession> _clients;
    private readonly CallServer _calls;
    private readonly BuildKitRoutes _kitRoutes;

    public BuildPart(Foundations ground, ImagePart images, NetworkPart networks, ContainerPart containers)
    {
        Builder = new Builder(Settings(ground.Options.Now, containers.Settings, images.Registries), images.Store.Content,
            images.Store.Snapshotter, networks.Controller, images.Collector, ground.Options.Now.Builder.Rules,
            () => LayersOf(images.Store));
        (_sessions, _clients) = (new SessionList<OwnSession>(ground.Time), new SessionList<ClientSession>(ground.Time));
        SessionServer clients = new(_clients, ground.Time);
        KitBuilder kit = new(Builder, images, new FrontendQuery(containers.Engine.Cgroups, containers.Settings.DefaultRlimits));
        BuildRecorder recorder = new(Path.Combine(ground.Options.Now.DataRoot, "build/history"), ground.Time);
        KitServices services = new(kit, Builder.Space, _clients, clients, recorder, ground.Time);
        _calls = new CallServer(services.Bind, ground.Logging);
        _kitRoutes = new BuildKitRoutes(clients, _calls);
        SessionBuilds builds = new(Builder, images, _clients, recorder, ground.Time);
        _routes = new BuildRoutes(Builder, images, _running, _sessions, builds, containers.Engine.Cgroups,
            containers.Settings.DefaultRlimits);
        Cache = new CacheRoutes(Builder.Space, ground.Time);
    }

    public Builder Builder { get; }

    public CacheRoutes Cache { get; }

    public void Map(Router router)
    {
        _routes.Map(router);
        new SessionRoutes(_sessions).Map(router);
        _kitRoutes.Map(router);
        Cache.Map(router);
    }

    /// <summary>The daemon ends, and the builds with it.</summary>
    public void Leave()
    {
        Builder.Leave();
        _running.Leave();
        _sessions.Leave();
        _clients.Leave();
        _calls.Leave();
    }

    private static HashSet<string> LayersOf(ImageStore images) => [.. images.All.SelectMany(image => image.ChainIds)];

    private static BuildSettings Settings(DaemonOptions options, ContainerOptions containers, RegistrySettings registries) => new()
    {
        Directory = Path.Combine(options.DataRoot, "build"),
        RunDirectory = Path.Combine(options.ExecRoot, "builds"),
        Runtime = containers.Runtime,
        RuntimeRoot = options.ExecRoot + "/runtime",
        CgroupParent = containers.CgroupParent,
        Dns = options.Dns,
        DnsSearch = options.DnsSearch,
        DnsOptions = options.DnsOptions,
        MadePlaces = ContainerFiles.MadePlaces,
        Web = new WebFiles(registries),
        Repositories = new RepositorySettings { Proxies = registries.ProxyVariables },
    };
}
