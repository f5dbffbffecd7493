using System.Globalization;
using Gantry.Linux.Processes;

namespace Gantry.Engine.Containers;

public sealed partial class ContainerEngine
{
    private const int DefaultStopSeconds = 10;

    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <param name="seconds">Grace between the stop signal and SIGKILL; -1 waits for ever; null takes the container's own value.</param>
    /// <param name="signal">Null takes the container's own stop signal.</param>
    /// <exception cref="GantryException">NotModified when it does not run.</exception>
    public async Task StopAsync(string reference, string? signal, int? seconds, CancellationToken cancellation)
    {
        Container container = Store.Find(reference);
        if (!await StopIfRunningAsync(container, signal, seconds, restarts: false, cancellation))
            throw new GantryException(ErrorKind.NotModified, $"container {container.Id} is already stopped");
    }

    private async Task<bool> StopIfRunningAsync(Container container, string? signal, int? seconds, bool restarts,
        CancellationToken cancellation)
    {
        if (!await EndIfRunningAsync(container, signal, seconds, restarts, cancellation)) return false;
        Publish(container, "stop");
        return true;
    }

    /// <param name="restarts">The container is started again afterwards: <c>--rm</c> does not remove it in between.</param>
    /// <param name="cancellation">Until the signal is sent; from then on the stop goes its way, also without who asked for it.</param>
    /// <returns>False when there was nothing to stop.</returns>
    private async Task<bool> EndIfRunningAsync(Container container, string? signal, int? seconds, bool restarts,
        CancellationToken cancellation)
    {
        int number = StopSignal(container, signal);
        Task ended;
        using (await container.LockAsync(cancellation))
        {
            container.Record.StoppedByHand = true;
            container.StaysAtExit |= restarts;
            bool restartCalledOff = CallOffRestart(container);
            container.Save(durable: false);
            if (!container.Status.Running || container.Shim is null) return restartCalledOff;
            ended = container.Ended.Task;
            await SignalLockedAsync(container, number, thaw: true);
        }
        int grace = seconds ?? container.Record.Config.StopTimeout ?? DefaultStopSeconds;
        if (await EndsWithinAsync(ended, grace < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(grace))) return true;
        using (await container.LockAsync(CancellationToken.None))
        {
            if (!ended.IsCompleted) await SignalLockedAsync(container, Signals.Kill, thaw: true);
        }
        await AwaitDeathAsync(container, ended);
        return true;
    }

    /// <summary>The gate is held. Who waits for the end of what is called off has it now.</summary>
    /// <returns>Whether there was a restart to call off.</returns>
    private static bool CallOffRestart(Container container)
    {
        // Its time may be over, and the restart itself wait for the gate.
        bool pending = container.Restart.Cancel() | container.Status.Restarting;
        if (!container.Status.Restarting) return pending;
        container.Status.Restarting = false;
        container.Save(durable: false);
        container.Waiters.CompleteExit(LastExit(container));
        return pending;
    }

    private static async Task<bool> EndsWithinAsync(Task ended, TimeSpan time)
    {
        try
        {
            // No timer takes more, and nobody waits for it.
            await ended.WaitAsync(time > LongestTimer ? Timeout.InfiniteTimeSpan : time, CancellationToken.None);
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
    /// Sends a signal to PID 1 or to all processes, and lets a paused container go on where the signal is meant to end it,
    /// for what is frozen does not even die. A process that is gone in the meantime is no error, nor is its supervisor's having left:
    /// the word of its end is on the way.
    /// </summary>
    /// <returns>False when it does not run any more.</returns>
    private async Task<bool> SignalLockedAsync(Container container, int signal, bool all = false, bool thaw = false)
    {
        try
        {
            if (!await WhileItLivesAsync(container, shim => shim.SignalAsync(signal, all, execId: null, CancellationToken.None)))
                return false;
            // Under the gate, and so before the end that it may bring about.
            Publish(container, "kill", ("signal", signal.ToString(CultureInfo.InvariantCulture)));
            if (thaw && container.Status.Paused) await ResumeLockedAsync(container);
        }
        catch (GantryException e) when (thaw && e.Kind == ErrorKind.Unavailable)
        {
            // The supervisor does not answer: who waits for the end sees to that.
        }
        return true;
    }
}
