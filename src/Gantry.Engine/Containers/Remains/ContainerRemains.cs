using Gantry.Api.Containers;
using Gantry.Linux.Mounts;
using Gantry.Linux.Trees;
using Gantry.Oci.Runtime;
using Gantry.Shim;
using Gantry.Workloads;
using Gantry.Workloads.Bundle;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Containers.Remains;

/// <summary>What a supervisor leaves behind that was killed: processes, frozen ones too, control groups, the runtime's state. It has no
/// other owner than the daemon.</summary>
public sealed class ContainerRemains(ContainerOptions options, ISupervisors supervisors, ILogger log)
{
    /// <summary>
    /// A supervisor that ends by itself takes state and cgroup away: where one is left, it was killed, or somebody removed what lay below
    /// the exec root. For another runtime's there may be no more than a mounted root,
    /// and where an earlier try did a part of it, no more than the note of that.
    /// </summary>
    /// <param name="host">Null where its records are damaged.</param>
    /// <returns>As <see cref="EndAsync(ContainerPaths, HostConfig)"/>.</returns>
    public Task<string?> EndIfAnyAsync(ContainerPaths paths, HostConfig? host) =>
        Path.Exists($"{options.ExecRoot}/runtime/{paths.Id}") || Directory.Exists(paths.Bundle + "/rootfs") || File.Exists(paths.Remains)
            || Cgroup.Exists(CgroupOf(paths.Id, host))
            ? EndAsync(paths, host) : Task.FromResult<string?>(null);

    public Task<string?> EndIfAnyAsync(Container container) => EndIfAnyAsync(container.Paths, container.HostConfig);

    public Task<string?> EndAsync(Container container) => EndAsync(container.Paths, container.HostConfig);

    private string CgroupOf(string id, HostConfig? host) =>
        CgroupPlace.Of(id, host?.CgroupParent, options.CgroupParent);

    /// <summary>Ends and removes it all, the supervisor included if it lives and answers no more. Afterwards the container can be started
    /// again, or removed.</summary>
    /// <returns>
    /// Why something is left all the same, such as a process that hangs in the kernel; null for nothing. What the next start or removal
    /// needs to try again, the bundle, is kept until then,
    /// by a note in it, for the next daemon too.
    /// </returns>
    public async Task<string?> EndAsync(ContainerPaths paths, HostConfig? host)
    {
        string? reason = null;
        if (!log.Attempt(paths.Id, "writing what its end needs", () => WriteForItsEnd(paths, host)))
            reason = $"what its end needs could not be written to {paths.Bundle}";
        reason ??= await supervisors.EndRemainsAsync(paths);
        if (reason is null) log.Attempt(paths.Id, "forgetting what was left of it", () => File.Delete(paths.Remains));
        else
        {
            log.RemainsStay(paths.Id, reason);
            log.Attempt(paths.Id, "noting that something is left of it", () => File.WriteAllText(paths.Remains, reason));
        }
        return reason;
    }

    /// <summary>
    /// What <c>shim --end</c> reads, where that is not there any more: the exec root is emptied by hand now and then, and what lives of a
    /// container goes on all the same. Its supervisor is known by the path, its processes by the cgroup.
    /// </summary>
    private void WriteForItsEnd(ContainerPaths paths, HostConfig? host)
    {
        OwnDirectory.Make(paths.Bundle, OwnDirectory.OwnerOnly);
        if (!CanBeRead(() => JsonFile.Load(paths.ShimConfig, ShimJson.Default.ShimConfig), paths.ShimConfig))
            JsonFile.Save(paths.ShimConfig, ShimConfigForItsEnd(paths, host), ShimJson.Default.ShimConfig, durable: false);
        if (!CanBeRead(() => JsonFile.Load(paths.Spec, RuntimeJson.Default.OciSpec), paths.Spec))
            BundleSpec.WriteForTheEnd(paths.Spec, CgroupOf(paths.Id, host));
    }

    private static bool CanBeRead(Func<object?> load, string path)
    {
        try
        {
            return load() is not null;
        }
        catch (DamagedFileException)
        {
            JsonFile.TrySetAside(path);
            return false;
        }
    }

    private ShimConfig ShimConfigForItsEnd(ContainerPaths paths, HostConfig? host) => new()
    {
        Id = paths.Id,
        Socket = paths.Socket,
        ExitFile = paths.Exit,
        PidFile = paths.Pids,
        RuntimeRoot = options.ExecRoot + "/runtime",
        Runtime = host is null ? null : options.RuntimeOf(host),
        // That there was one: for another runtime it was mounted.
        Root = new RootMount { Type = RootMount.Bind },
    };

    public static GantryException Stay(string id, string reason) =>
        GantryException.Internal($"container {id}: something is left of its last run that could not be ended, try again: {reason}");

    /// <summary>Never fails: what stays is in nobody's way, and is written over at the next start of the container. It stays while it is
    /// needed to end what is left of a run.</summary>
    public void DeleteBundle(ContainerPaths paths)
    {
        if (!File.Exists(paths.Remains)) GiveUpBundle(paths);
    }

    /// <summary>As <see cref="DeleteBundle"/>, whatever is left of a run.</summary>
    public void GiveUpBundle(ContainerPaths paths) => log.Attempt(paths.Id, "removing the bundle", () =>
    {
        // A supervisor that was killed has left it.
        while (Directory.Exists(paths.Shm) && Mount.Unmount(paths.Shm)) { }
        TreeRemoval.Remove(paths.Bundle);
    });
}
