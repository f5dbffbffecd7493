using Gantry.Linux;

namespace Gantry.Engine.Containers;

public sealed partial class ContainerEngine
{
    /// <param name="signal">Name or number; null or empty is SIGKILL.</param>
    public async Task KillAsync(string reference, string? signal, CancellationToken cancellation)
    {
        int number = string.IsNullOrEmpty(signal) ? Signals.Kill : Signals.Parse(signal);
        Container container = Store.Find(reference);
        Task ended;
        using (await container.LockAsync(cancellation))
        {
            if (!container.Status.Running) throw GantryException.Conflict($"cannot kill container: {reference}: container {container.Id} is not running");
            ended = container.Ended.Task;
            // The policy must not bring back what somebody kills on purpose; any other signal is the program's own business.
            if (number == Signals.Kill || number == StopSignal(container, null)) container.Record.StoppedByHand = true;
            container.Restart.Cancel();
            await SignalLockedAsync(container, number, thaw: number == Signals.Kill);
        }
        if (number == Signals.Kill) await ended;
    }
}
