using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Shim;

namespace Gantry.Build.Execution;

/// <summary>Runs the process of one step under a supervisor, as a container's, and passes on what it writes.</summary>
internal sealed class StepProcess(BuildSettings settings, StepPaths paths, StepRemains remains)
{
    /// <summary>So long the supervisor may take to say how it ended, once nothing runs any more.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(30);

    /// <summary>Nothing of it runs any more.</summary>
    public bool IsOver { get; private set; } = true;

    private string Supervisor => $"the supervisor of build step {paths.Id[..12]}";

    /// <returns>How it ended.</returns>
    /// <param name="output">What it writes, and whether that is its standard error.</param>
    /// <exception cref="ShimFailureException">The command could not be executed.</exception>
    public async Task<ExitStatus> RunAsync(StepNetwork network, Action<ReadOnlyMemory<byte>, bool> output, CancellationToken cancellation)
    {
        IsOver = false;
        ExitStatus exit;
        try
        {
            await using ShimControl shim = await ShimControl.SpawnAsync(settings.Runtime, paths.Bundle, cancellation: cancellation);
            using CancellationTokenSource drain = new();
            await using CancellationTokenRegistration end = cancellation.Register(() =>
            {
                drain.CancelAfter(EndLimit);
                _ = KillAsync(shim);
            });
            exit = await RunAsync(shim, network, output, cancellation, drain.Token);
        }
        catch (Exception e)
        {
            // Whatever it was: its supervisor does not end because nobody listens.
            if (await remains.EndAsync(paths) is { } left) throw GantryException.Internal(left, e);
            IsOver = true;
            cancellation.ThrowIfCancellationRequested();
            if (e is GantryException or KernelException or ShimFailureException or OutOfMemoryException) throw;
            throw GantryException.Internal($"build step {paths.Id[..12]}: {e.Message}", e);
        }
        IsOver = true;
        cancellation.ThrowIfCancellationRequested();
        return exit;
    }

    private async Task<ExitStatus> RunAsync(ShimControl shim, StepNetwork network, Action<ReadOnlyMemory<byte>, bool> output,
        CancellationToken cancellation, CancellationToken drained)
    {
        ShimMessage ready = await shim.WithinLimitAsync(shim.NamespacesReady, cancellation);
        await NewbornReason.OverAsync(shim, () => network.AttachAsync(ready.Pid, cancellation), TimeProvider.System, cancellation);
        await shim.WithinLimitAsync(shim.Created, cancellation);
        LiveAttachment attachment = await LiveAttachment.OpenAsync(paths.Socket,
            new ShimMessage { Type = ShimMessageType.Attach, Stdout = true, Stderr = true }, Supervisor, cancellation);
        await using ShimConnection streams = attachment.Shim;
        await shim.StartAsync(cancellation);
        while (await streams.ReadAsync(drained) is { End: false } frame)
            if (frame.Kind is ShimFrame.Stdout or ShimFrame.Stderr) output(frame.Payload, frame.Kind == ShimFrame.Stderr);
        return await shim.Exited.WaitAsync(EndLimit, CancellationToken.None)
            ?? throw GantryException.Internal($"{Supervisor} ended before its command did");
    }

    private static async Task KillAsync(ShimControl shim)
    {
        try
        {
            await shim.SignalAsync(Signals.Kill, all: true);
        }
        catch (Exception e) when (ShimFailureException.IsExpected(e))
        {
            // It has ended, or never got as far as a process; what is left is ended besides.
        }
    }
}
