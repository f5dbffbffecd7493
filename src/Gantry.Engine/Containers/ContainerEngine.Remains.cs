namespace Gantry.Engine.Containers;

/// <summary>What a supervisor leaves behind that was killed: processes, frozen ones too, control groups, the runtime's state. It has no
/// other owner than the daemon.</summary>
public sealed partial class ContainerEngine
{
    private static readonly TimeSpan RemainsLimit = TimeSpan.FromSeconds(90);

    /// <summary>
    /// A supervisor that ends by itself takes its state away: where that is left, it was killed. For another runtime's there may be no
    /// more than a mounted root,
    /// and where an earlier try did a part of it, no more than the note of that.
    /// </summary>
    /// <returns>As <see cref="EndRemainsAsync(string, ContainerPaths)"/>.</returns>
    private Task<string?> EndRemainsIfAnyAsync(string id, ContainerPaths paths) =>
        Directory.Exists($"{options.ExecRoot}/runtime/{id}") || Directory.Exists(paths.Bundle + "/rootfs") || File.Exists(paths.Remains)
            ? EndRemainsAsync(id, paths) : Task.FromResult<string?>(null);

    private Task<string?> EndRemainsIfAnyAsync(Container container) => EndRemainsIfAnyAsync(container.Id, container.Paths);

    private Task<string?> EndRemainsAsync(Container container) => EndRemainsAsync(container.Id, container.Paths);

    /// <summary>Ends and removes it all, the supervisor included if it lives and answers no more. Afterwards the container can be started
    /// again, or removed.</summary>
    /// <returns>
    /// Why something is left all the same, such as a process that hangs in the kernel; null for nothing. What the next start or removal
    /// needs to try again, the bundle, is kept until then,
    /// by a note in it, for the next daemon too.
    /// </returns>
    private async Task<string?> EndRemainsAsync(string id, ContainerPaths paths)
    {
        // Without these nobody knows what it was.
        if (!File.Exists(paths.ShimConfig) || !File.Exists(paths.Spec)) return null;
        string? reason = await TryEndRemainsAsync(paths);
        if (reason is null) Attempt(id, "forgetting what was left of it", () => File.Delete(paths.Remains));
        else
        {
            LogRemainsStay(id, reason);
            Attempt(id, "noting that something is left of it", () => File.WriteAllText(paths.Remains, reason));
        }
        return reason;
    }

    private async Task<string?> TryEndRemainsAsync(ContainerPaths paths)
    {
        using CancellationTokenSource limit = new(RemainsLimit);
        try
        {
            Subprocess.Result result =
                await Subprocess.RunAsync(options.Runtime, ["shim", "--end", "--config", paths.ShimConfig], cancellation: limit.Token);
            return result.ExitCode == 0 ? null : result.Error.Trim() is { Length: > 0 } said ? said
                : $"{options.Runtime} ended with code {result.ExitCode}";
        }
        catch (OperationCanceledException)
        {
            return $"not done after {RemainsLimit.TotalSeconds} s";
        }
        catch (Exception e) when (e is GantryException or IOException or System.ComponentModel.Win32Exception)
        {
            return e.Message;
        }
    }

    private static GantryException RemainsStay(string id, string reason) =>
        GantryException.Internal($"container {id}: something is left of its last run that could not be ended, try again: {reason}");
}
