using Gantry.Daemon.Configuration;
using Gantry.Daemon.Tracing;
using Gantry.Engine.Containers;
using Gantry.Engine.Events;
using Gantry.Engine.Execs;
using Gantry.Engine.Host;
using Gantry.Engine.Images;
using Gantry.Engine.Images.Pull;
using Gantry.Engine.Images.Push;
using Gantry.Engine.Networks;
using Gantry.Engine.Volumes;
using Gantry.Network;
using Gantry.Registry.Hosts;
using Gantry.Registry.Push;

namespace Gantry.Daemon;

/// <summary>What the daemon is made of; handlers find it at <c>context.Services</c>.</summary>
public sealed class Services
{
    /// <summary>Replaced as a whole when the configuration is reloaded.</summary>
    public required DaemonOptions Options { get; set; }
    public required EventBus Events { get; init; }
    public required VolumeStore Volumes { get; init; }
    public required ImageStore Images { get; init; }
    public ImagePull Pulls => field ??= new ImagePull(Images, RegistryOptions);
    public ImagePush Pushes =>
        field ??= new ImagePush(Images, RegistryOptions, new UnfinishedUploads(Path.Combine(Options.DataRoot, "uploads")));
    public required SpaceWatch Space { get; init; }
    public required NetworkController Networks { get; init; }
    public required NetworkEngine NetworkEngine { get; init; }
    public required ContainerEngine Containers { get; init; }
    public required ExecEngine Execs { get; init; }
    public required Traces Traces { get; init; }
    public required HostFacts Host { get; init; }
    public required CgroupSupport Cgroups { get; init; }
    /// <summary>How containers are run: <c>info</c> shows the runtimes.</summary>
    public required ContainerOptions RuntimeSettings { get; init; }
    /// <summary>This engine's UUID.</summary>
    public string Identity => EngineIdentity.Text;
    public required EngineIdentity EngineIdentity { get; init; }
    /// <summary>What the disk has not taken yet.</summary>
    public required PendingSaves Saves { get; init; }

    /// <summary>Everything in the data root that is known to be damaged.</summary>
    public IReadOnlyList<Damage> Damages() => [.. Images.Damages(), .. UnreadableLayers(), .. OtherDamages()];

    /// <summary>As <see cref="Damages"/>, without what a check of the store finds by itself.</summary>
    public IReadOnlyList<Damage> OtherDamages() =>
        [.. Containers.Damages(), .. Volumes.Damages(), .. Networks.Damages,
            .. EngineIdentity.Damage is { } damage ? [damage] : Array.Empty<Damage>()];

    private IEnumerable<Damage> UnreadableLayers() =>
        Images.Snapshotter.Unreadable.Select(one =>
            new Damage("layer", one.Key, $"cannot be used: {one.Value}; no layer is removed meanwhile", "a check finds out what it is"));

    /// <inheritdoc cref="RegistryOptions"/>
    public SpacePolicy SpacePolicy() =>
        new() { Low = Options.FreeSpaceLow, Enough = Options.FreeSpaceEnough, UnusedImages = Options.UnusedImages };

    /// <summary>As the configuration says now.</summary>
    public RegistryOptions RegistryOptions() => new()
    {
        Mirrors = Options.RegistryMirrors,
        Insecure = Options.InsecureRegistries,
        // Beside the configuration file, so that several daemons can trust different registries.
        CertificatesDirectory = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(Options.ConfigFile)) ?? "/", "certs.d"),
        UserAgent = $"gantry/{ProductVersion.Text}",
        Proxy = Proxies(),
        Downloads = Options.MaxConcurrentDownloads,
        Uploads = Options.MaxConcurrentUploads,
        Attempts = Options.MaxDownloadAttempts,
    };

    /// <summary>The configuration's, and where it says nothing the environment's.</summary>
    /// <exception cref="GantryException">Invalid: what is there is no address.</exception>
    public ProxySettings Proxies()
    {
        return new ProxySettings(Options.HttpProxy ?? Environmental("HTTP_PROXY"), Options.HttpsProxy ?? Environmental("HTTPS_PROXY"),
            Options.NoProxy ?? Environmental("NO_PROXY"));

        static string Environmental(string name) =>
            Environment.GetEnvironmentVariable(name) ?? Environment.GetEnvironmentVariable(name.ToLowerInvariant()) ?? "";
    }
}
