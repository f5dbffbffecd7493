using Gantry.Linux.Mounts;
using Gantry.Linux.Trees;
using Gantry.Oci.Runtime;
using Gantry.Shim;
using Gantry.Workloads.Bundle;

namespace Gantry.Engine.Containers;

/// <summary>What a supervisor leaves behind that was killed: processes, frozen ones too, control groups, the runtime's state. It has no
/// other owner than the daemon.</summary>
public sealed partial class ContainerEngine
{
    private static readonly TimeSpan RemainsLimit = TimeSpan.FromSeconds(90);

    /// <summary>
    /// A supervisor that ends by itself takes state and cgroup away: where one is left, it was killed, or somebody removed what lay below
    /// the exec root. For another runtime's there may be no more than a mounted root,
    /// and where an earlier try did a part of it, no more than the note of that.
    /// </summary>
    /// <param name="container">Null where its records are damaged.</param>
    /// <returns>As <see cref="EndRemainsAsync(string, ContainerPaths, Container)"/>.</returns>
    private Task<string?> EndRemainsIfAnyAsync(string id, ContainerPaths paths, Container? container) =>
        Path.Exists($"{options.ExecRoot}/runtime/{id}") || Directory.Exists(paths.Bundle + "/rootfs") || File.Exists(paths.Remains)
            || Cgroup.Exists(CgroupOf(id, container))
            ? EndRemainsAsync(id, paths, container) : Task.FromResult<string?>(null);

    private Task<string?> EndRemainsIfAnyAsync(Container container) => EndRemainsIfAnyAsync(container.Id, container.Paths, container);

    private Task<string?> EndRemainsAsync(Container container) => EndRemainsAsync(container.Id, container.Paths, container);

    private string CgroupOf(string id, Container? container) => ContainerWorkload.CgroupPath(id, container?.HostConfig.CgroupParent,
        options.CgroupParent);

    /// <summary>Ends and removes it all, the supervisor included if it lives and answers no more. Afterwards the container can be started
    /// again, or removed.</summary>
    /// <returns>
    /// Why something is left all the same, such as a process that hangs in the kernel; null for nothing. What the next start or removal
    /// needs to try again, the bundle, is kept until then,
    /// by a note in it, for the next daemon too.
    /// </returns>
    private async Task<string?> EndRemainsAsync(string id, ContainerPaths paths, Container? container)
    {
        string? reason = null;
        if (!Attempt(id, "writing what its end needs", () => WriteForItsEnd(id, paths, container)))
            reason = $"what its end needs could not be written to {paths.Bundle}";
        reason ??= await TryEndRemainsAsync(paths);
        if (reason is null) Attempt(id, "forgetting what was left of it", () => File.Delete(paths.Remains));
        else
        {
            LogRemainsStay(id, reason);
            Attempt(id, "noting that something is left of it", () => File.WriteAllText(paths.Remains, reason));
        }
        return reason;
    }

    /// <summary>After all supervisors were killed there are as many of these as containers.</summary>
    private static readonly SemaphoreSlim Ending = new(Math.Max(4, Environment.ProcessorCount));

    private async Task<string?> TryEndRemainsAsync(ContainerPaths paths)
    {
        await Ending.WaitAsync();
        try
        {
            Subprocess.Result result =
                await Subprocess.RunAsync(options.Runtime, ["shim", "--end", "--config", paths.ShimConfig], limit: RemainsLimit);
            return result.ExitCode == 0 ? null : result.Error.Trim() is { Length: > 0 } said ? said
                : $"{options.Runtime} ended with code {result.ExitCode}";
        }
        catch (Exception e) when (e is GantryException or IOException or System.ComponentModel.Win32Exception)
        {
            return e.Message;
        }
        finally
        {
            Ending.Release();
        }
    }

    private static GantryException RemainsStay(string id, string reason) =>
        GantryException.Internal($"container {id}: something is left of its last run that could not be ended, try again: {reason}");

    /// <summary>
    /// What <c>shim --end</c> reads, where that is not there any more: the exec root is emptied by hand now and then, and what lives of a
    /// container goes on all the same. Its supervisor is known by the path, its processes by the cgroup.
    /// </summary>
    private void WriteForItsEnd(string id, ContainerPaths paths, Container? container)
    {
        OwnDirectory.Make(paths.Bundle, OwnDirectory.OwnerOnly);
        if (!CanBeRead(() => JsonFile.Load(paths.ShimConfig, ShimJson.Default.ShimConfig), paths.ShimConfig))
            JsonFile.Save(paths.ShimConfig, ShimConfigForItsEnd(id, paths, container), ShimJson.Default.ShimConfig, durable: false);
        if (!CanBeRead(() => JsonFile.Load(paths.Spec, RuntimeJson.Default.OciSpec), paths.Spec))
            BundleSpec.WriteForTheEnd(paths.Spec, CgroupOf(id, container));
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

    private ShimConfig ShimConfigForItsEnd(string id, ContainerPaths paths, Container? container) => new()
    {
        Id = id,
        Socket = paths.Socket,
        ExitFile = paths.Exit,
        PidFile = paths.Pids,
        RuntimeRoot = options.ExecRoot + "/runtime",
        Runtime = container is null ? null : RuntimeOf(container),
        // That there was one: for another runtime it was mounted.
        Root = new RootMount { Type = RootMount.Bind },
    };
}
