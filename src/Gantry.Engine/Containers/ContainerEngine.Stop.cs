using System.Globalization;
using Gantry.Linux;

namespace Gantry.Engine.Containers;

public sealed partial class ContainerEngine
{
    private const int DefaultStopSeconds = 10;

    /// <param name="seconds">Grace between the stop signal and SIGKILL; -1 waits for ever; null takes the container's own value.</param>
    /// <param name="signal">Null takes the container's own stop signal.</param>
    /// <exception cref="GantryException">NotModified when it does not run.</exception>
    public async Task StopAsync(string reference, string? signal, int? seconds, CancellationToken cancellation)
    {
        Container container = Store.Find(reference);
        if (!await StopIfRunningAsync(container, signal, seconds, cancellation)) throw new GantryException(ErrorKind.NotModified, $"container {container.Id} is already stopped");
    }

    private async Task<bool> StopIfRunningAsync(Container container, string? signal, int? seconds, CancellationToken cancellation)
    {
        if (!await EndIfRunningAsync(container, signal, seconds, cancellation)) return false;
        Publish(container, "stop");
        return true;
    }

    /// <returns>False when there was nothing to stop.</returns>
    private async Task<bool> EndIfRunningAsync(Container container, string? signal, int? seconds, CancellationToken cancellation)
    {
        int number = StopSignal(container, signal);
        bool restartCalledOff;
        Task ended;
        using (await container.LockAsync(cancellation))
        {
            container.Record.StoppedByHand = true;
            restartCalledOff = container.Restart.Cancel();
            container.Status.Restarting = false;
            container.Save(durable: false);
            if (!container.Status.Running || container.Shim is null) return restartCalledOff;
            ended = container.Ended.Task;
            await SignalLockedAsync(container, number, thaw: true);
        }
        int grace = seconds ?? container.Record.Config.StopTimeout ?? DefaultStopSeconds;
        if (await EndsWithinAsync(ended, grace, cancellation)) return true;
        using (await container.LockAsync(CancellationToken.None))
        {
            if (!ended.IsCompleted) await SignalLockedAsync(container, Signals.Kill);
        }
        await ended;
        return true;
    }

    private static async Task<bool> EndsWithinAsync(Task ended, int seconds, CancellationToken cancellation)
    {
        if (seconds < 0)
        {
            await ended.WaitAsync(cancellation);
            return true;
        }
        try
        {
            await ended.WaitAsync(TimeSpan.FromSeconds(seconds), CancellationToken.None);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static int StopSignal(Container container, string? signal)
    {
        string? name = string.IsNullOrEmpty(signal) ? container.Record.Config.StopSignal : signal;
        return string.IsNullOrEmpty(name) ? Signals.Term : Signals.Parse(name);
    }

    /// <summary>
    /// Sends a signal to PID 1 or to all processes, and lets a paused container go on where the signal is meant to end it, for what is frozen does not even die.
    /// A process that is gone in the meantime is no error, nor is its supervisor's having left: the word of its end is on the way.
    /// </summary>
    private async Task SignalLockedAsync(Container container, int signal, bool all = false, bool thaw = false)
    {
        try
        {
            if (container.Shim is { } shim)
            {
                await shim.SignalAsync(signal, all, execId: null, CancellationToken.None);
                // Under the gate, and so before the end that it may bring about.
                Publish(container, "kill", ("signal", signal.ToString(CultureInfo.InvariantCulture)));
            }
            if (thaw && container.Status.Paused) await ResumeLockedAsync(container);
        }
        catch (GantryException e) when (e.Kind == ErrorKind.Unavailable)
        {
            // Who waits for the end gets it from SuperviseAsync.
        }
    }
}
