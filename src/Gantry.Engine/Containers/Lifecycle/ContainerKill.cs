using Gantry.Linux.Processes;

namespace Gantry.Engine.Containers.Lifecycle;

public sealed class ContainerKill(ContainerStore store, ContainerSignals signals)
{
    /// <param name="signal">Name or number; null or empty is SIGKILL.</param>
    public async Task RunAsync(string reference, string? signal, CancellationToken cancellation)
    {
        int number = string.IsNullOrEmpty(signal) ? Signals.Kill : Signals.Parse(signal);
        Container container = store.Find(reference);
        Task ended;
        using (await container.OvertakeAsync(cancellation))
        {
            if (container.Status.Restarting)
            {
                // Nobody is there to be signalled: as with docker it is the restarting that ends,
                // unless the program has a stop signal of its own and gets another one.
                if (string.IsNullOrEmpty(container.Record.Config.StopSignal) || EndsIt(container, number))
                {
                    container.Change(record => record with { StoppedByHand = true });
                    ContainerSignals.CallOffRestart(container);
                }
                return;
            }
            if (!container.Status.Running) throw NotRunning(container, reference);
            ended = container.Ended.Task;
            // The policy must not bring back what somebody kills on purpose; any other signal is the program's own business.
            if (EndsIt(container, number)) container.Change(record => record with { StoppedByHand = true });
            bool lives = await signals.SendAsync(container, number, thaw: number == Signals.Kill);
            if (!lives && number != Signals.Kill) throw NotRunning(container, reference);
        }
        if (number == Signals.Kill) await signals.AwaitDeathAsync(container, ended);
    }

    private static bool EndsIt(Container container, int signal) =>
        signal == Signals.Kill || signal == ContainerSignals.StopSignal(container);

    private static GantryException NotRunning(Container container, string reference) =>
        GantryException.Conflict($"cannot kill container: {reference}: container {container.Id} is not running");
}
