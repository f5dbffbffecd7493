using Gantry.Linux.Processes;

namespace Gantry.Engine.Containers;

public sealed partial class ContainerEngine
{
    /// <summary>So long the kernel may take to end what was killed, before the supervisor is asked what it knows.</summary>
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(5);
    private const int KillTurns = 24, MostHangs = 4;

    /// <param name="signal">Name or number; null or empty is SIGKILL.</param>
    public async Task KillAsync(string reference, string? signal, CancellationToken cancellation)
    {
        int number = string.IsNullOrEmpty(signal) ? Signals.Kill : Signals.Parse(signal);
        Container container = Store.Find(reference);
        Task ended;
        using (await container.LockAsync(cancellation))
        {
            if (container.Status.Restarting)
            {
                // Nobody is there to be signalled: as with docker it is the restarting that ends,
                // unless the program has a stop signal of its own and gets another one.
                if (number == Signals.Kill || string.IsNullOrEmpty(container.Record.Config.StopSignal)
                    || number == StopSignal(container, null))
                {
                    container.Record.StoppedByHand = true;
                    CallOffRestart(container);
                }
                return;
            }
            if (!container.Status.Running) throw NotRunning(container, reference);
            ended = container.Ended.Task;
            // The policy must not bring back what somebody kills on purpose; any other signal is the program's own business.
            if (number == Signals.Kill || number == StopSignal(container, null)) container.Record.StoppedByHand = true;
            bool lives = await SignalLockedAsync(container, number, thaw: number == Signals.Kill);
            if (!lives && number != Signals.Kill) throw NotRunning(container, reference);
        }
        if (number == Signals.Kill) await AwaitDeathAsync(container, ended);
    }

    private static GantryException NotRunning(Container container, string reference) =>
        GantryException.Conflict($"cannot kill container: {reference}: container {container.Id} is not running");

    /// <summary>After SIGKILL. A supervisor that does not tell of the end for so long is asked whether it still can,
    /// and ended if not.</summary>
    /// <exception cref="GantryException">It is not dead: a process hangs in the kernel.</exception>
    private async Task AwaitDeathAsync(Container container, Task ended)
    {
        int hangs = 0;
        for (int turn = 0; turn < KillTurns && hangs < MostHangs; turn++)
        {
            if (await EndsWithinAsync(ended, KillLimit)) return;
            string? state = container.Shim is { } shim ? await AskAsync(shim) : "stopped";
            // Dead, but clients that are slow to read its last output hold up the end, for as long as their supervisor lets them.
            if (state == "stopped") continue;
            hangs++;
            if (state is not null) continue;
            LogSupervisorStuck(container.Id);
            await EndRemainsAsync(container);
        }
        throw GantryException.Internal($"container {container.Id}: tried to kill container, but did not receive an exit event");
    }
}
