namespace Gantry.Engine.Containers;

/// <summary>What a supervisor leaves behind that was killed: processes, frozen ones too, control groups, the runtime's state. It has no other owner than the daemon.</summary>
public sealed partial class ContainerEngine
{
    private static readonly TimeSpan RemainsLimit = TimeSpan.FromSeconds(90);

    private string RuntimeState(Container container) => $"{options.ExecRoot}/runtime/{container.Id}";

    /// <summary>A supervisor that ends by itself takes its state away: where that is left, it was killed. For another runtime's there may be no more than a mounted root.</summary>
    private Task EndRemainsIfAnyAsync(Container container) =>
        Directory.Exists(RuntimeState(container)) || Directory.Exists(container.Paths.Bundle + "/rootfs") ? EndRemainsAsync(container) : Task.CompletedTask;

    /// <summary>Ends and removes it all, the supervisor included if it lives and answers no more. Afterwards the container can be started again.</summary>
    /// <remarks>What stays all the same, a process that hangs in the kernel, is for the next start or removal to end.</remarks>
    private Task EndRemainsAsync(Container container) => EndRemainsAsync(container.Id, container.Paths);

    private async Task EndRemainsAsync(string id, ContainerPaths paths)
    {
        if (!File.Exists(paths.ShimConfig) || !File.Exists(paths.Spec)) return;
        using CancellationTokenSource limit = new(RemainsLimit);
        try
        {
            Subprocess.Result result = await Subprocess.RunAsync(options.Runtime, ["shim", "--end", "--config", paths.ShimConfig], cancellation: limit.Token);
            if (result.ExitCode != 0) LogRemainsStay(id, result.Error.Trim());
        }
        catch (OperationCanceledException)
        {
            LogRemainsStay(id, $"not done after {RemainsLimit.TotalSeconds} s");
        }
        catch (Exception e) when (e is GantryException or IOException or System.ComponentModel.Win32Exception)
        {
            LogRemainsStay(id, e.Message);
        }
    }
}
