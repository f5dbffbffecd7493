using System.Globalization;
using Gantry.Engine.Containers.Remains;
using Gantry.Linux.Processes;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Containers.Lifecycle;

/// <summary>What stop, kill and a forced removal have in common: the signal, the wait for the end, and the restart that is called
/// off.</summary>
public sealed class ContainerSignals(ContainerFreeze freeze, ContainerRemains remains, ContainerEvents events, ILogger log,
    TimeProvider time)
{
    /// <summary>So long the kernel may take to end what was killed, before the supervisor is asked what it knows.</summary>
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);
    private const int KillTurns = 24, MostHangs = 4;

    /// <summary>The one asked for, or the container's own, or SIGTERM.</summary>
    public static int StopSignal(Container container, string? signal = null)
    {
        string? name = string.IsNullOrEmpty(signal) ? container.Record.Config.StopSignal : signal;
        return string.IsNullOrEmpty(name) ? Signals.Term : Signals.Parse(name);
    }

    /// <summary>
    /// Sends a signal to PID 1 or to all processes, and lets a paused container go on where the signal is meant to end it,
    /// for what is frozen does not even die. A process that is gone in the meantime is no error, nor is its supervisor's having left:
    /// the word of its end is on the way. The gate is held.
    /// </summary>
    /// <returns>False when it does not run any more.</returns>
    public async Task<bool> SendAsync(Container container, int signal, bool all = false, bool thaw = false)
    {
        try
        {
            if (!await container.WhileItLivesAsync(shim => shim.SignalAsync(signal, all, execId: null, CancellationToken.None)))
                return false;
            // Under the gate, and so before the end that it may bring about.
            events.Publish(container, "kill", ("signal", signal.ToString(CultureInfo.InvariantCulture)));
            if (thaw && container.Status.Paused) await freeze.ResumeAsync(container);
        }
        catch (GantryException e) when (thaw && e.Kind == ErrorKind.Unavailable)
        {
            // The supervisor does not answer: who waits for the end sees to that.
        }
        return true;
    }

    /// <summary>The gate is held. Who waits for the end of what is called off has it now.</summary>
    /// <returns>Whether there was a restart to call off.</returns>
    public static bool CallOffRestart(Container container)
    {
        // Its time may be over, and the restart itself wait for the gate.
        bool pending = container.Restart.Cancel() | container.Status.Restarting;
        if (!container.Status.Restarting) return pending;
        container.ChangeStatus(status => status with { Restarting = false });
        container.Save(durable: false);
        container.Waiters.CompleteExit(container.Status.LastExit);
        return pending;
    }

    /// <returns>Whether it ended within that time.</returns>
    public async Task<bool> EndsWithinAsync(Task ended, TimeSpan limit)
    {
        try
        {
            // No timer takes more, and nobody waits for it.
            await ended.WaitAsync(limit > LongestTimer ? Timeout.InfiniteTimeSpan : limit, time, CancellationToken.None);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>After SIGKILL. A supervisor that does not tell of the end for so long is asked whether it still can,
    /// and ended if not.</summary>
    /// <exception cref="GantryException">It is not dead: a process hangs in the kernel.</exception>
    public async Task AwaitDeathAsync(Container container, Task ended)
    {
        int hangs = 0;
        for (int turn = 0; turn < KillTurns && hangs < MostHangs; turn++)
        {
            if (await EndsWithinAsync(ended, KillLimit)) return;
            string? state = container.Shim is { } shim ? await LivingContainer.AskAsync(shim) : "stopped";
            // Dead, but clients that are slow to read its last output hold up the end, for as long as their supervisor lets them.
            if (state == "stopped") continue;
            hangs++;
            if (state is not null) continue;
            log.SupervisorStuck(container.Id);
            await remains.EndAsync(container);
        }
        throw GantryException.Internal($"container {container.Id}: tried to kill container, but did not receive an exit event");
    }
}
