using System.Runtime.InteropServices;

namespace Gantry.Daemon.Lifecycle;

/// <summary>Listens to the signals that end or reload a daemon.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly TaskCompletionSource<PosixSignal> received = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<PosixSignalRegistration> registrations = [];

    public StopSignal(Action reload)
    {
        foreach (PosixSignal signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT])
        {
            registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                received.TrySetResult(context.Signal);
            }));
        }
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            reload();
        }));
    }

    /// <summary>The first signal that asks us to end.</summary>
    public Task<PosixSignal> Received => received.Task;

    public void Dispose() => registrations.ForEach(registration => registration.Dispose());
}
