using Gantry.Build.Graph;
using Gantry.Linux.Mounts;
using Gantry.Linux.Trees;
using Gantry.Network.Files;
using Gantry.Shim;
using Gantry.Shim.Logs;
using Gantry.Workloads;
using Gantry.Workloads.Bundle;
using Gantry.Workloads.Security;

namespace Gantry.Build.Execution;

/// <summary>What the supervisor of a step reads.</summary>
internal sealed class StepBundle(BuildSettings settings, StepPaths paths)
{
    /// <summary>The directory, for what else is in it.</summary>
    public void Make()
    {
        OwnDirectory.Make(Path.GetDirectoryName(paths.Bundle)!, OwnDirectory.OwnerOnly);
        OwnDirectory.Make(paths.Bundle, OwnDirectory.OwnerOnly);
    }

    /// <param name="variables">Of the command, that the step itself does not know: <c>NAME=value</c>.</param>
    public void Write(RunVertex step, RootMount root, StepNetwork network, IReadOnlyList<WorkloadMount> places,
        IReadOnlyList<string> variables)
    {
        string hostname = step.Surroundings.Hostname.Length > 0 ? step.Surroundings.Hostname : paths.Id[..12];
        WriteNetworkFiles(hostname, step.Surroundings, network);
        BundleSpec.Write(paths.Spec, WorkloadOf(hostname, step, root, network, places, variables));
        JsonFile.Save(paths.ShimConfig, new ShimConfig
        {
            Id = paths.Id, Socket = paths.Socket, ExitFile = paths.Exit, PidFile = paths.Pids, RuntimeRoot = settings.RuntimeRoot,
            Root = root, Trees = [.. places.OfType<TreeMount>().Select(Tree)], Log = new LogConfig { Driver = LogDriver.None },
        }, ShimJson.Default.ShimConfig, durable: false);
    }

    private static MountTree Tree(TreeMount mount) => new() { Source = mount.Name, Root = mount.Root, Path = mount.Path };

    private Workload WorkloadOf(string hostname, RunVertex step, RootMount root, StepNetwork network,
        IReadOnlyList<WorkloadMount> places, IReadOnlyList<string> variables)
    {
        RunSurroundings around = step.Surroundings;
        IReadOnlyList<string> capabilities = CapabilitySet.Default;
        return new Workload
        {
            Root = root, ReadOnlyRoot = step.IsReadOnly,
            Hostname = hostname,
            Process = new WorkloadProcess
            {
                Arguments = step.Arguments, Environment = EnvironmentOf(hostname, step, variables),
                Directory = InsidePath.Clean(step.Directory), User = step.User, Capabilities = capabilities, Rlimits = around.Rlimits,
            },
            Namespaces = new WorkloadNamespaces { Network = network.IsHost ? NamespacePlace.Host : NamespacePlace.Own },
            Mounts = [.. NetworkFiles(), .. places],
            SharedMemory = places.Any(place => place.Destination == BundleMounts.SharedMemoryPlace) ? null : around.SharedMemory,
            CgroupPath = CgroupPlace.Of(paths.Id, around.CgroupParent, settings.CgroupParent),
            Limits = around.Limits,
            Seccomp = DefaultSeccomp.Here(capabilities),
        };
    }

    private static List<string> EnvironmentOf(string hostname, RunVertex step, IReadOnlyList<string> variables)
    {
        List<string> environment = ProcessEnvironment.Defaults(hostname, terminal: false);
        ProcessEnvironment.Merge(environment, step.Unkeyed);
        ProcessEnvironment.Merge(environment, step.Environment);
        ProcessEnvironment.Merge(environment, variables);
        return environment;
    }

    private IEnumerable<WorkloadMount> NetworkFiles() =>
    [
        new BindMount(paths.ResolvConf, "/etc/resolv.conf"), new BindMount(paths.Hostname, "/etc/hostname"),
        new BindMount(paths.Hosts, "/etc/hosts"),
    ];

    private void WriteNetworkFiles(string hostname, RunSurroundings around, StepNetwork network)
    {
        new NameResolution
        {
            Hostname = hostname, OwnNetwork = !network.IsHost, Endpoints = network.Endpoint is { } endpoint ? [endpoint] : [],
            ExtraHosts = around.ExtraHosts, Servers = settings.Dns, Search = settings.DnsSearch, Options = settings.DnsOptions,
        }.Write(paths.Hosts, paths.ResolvConf);
        File.WriteAllText(paths.Hostname, hostname + "\n");
    }
}
