using System.Runtime.InteropServices;
using Gantry.Linux.Processes;

namespace Gantry.Daemon.Lifecycle;

/// <summary>Listens to the signals that end or reload a daemon.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly TaskCompletionSource<PosixSignal> _received = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<PosixSignalRegistration> _registrations = [];

    public StopSignal(Action reload)
    {
        // What nohup ignores for us would never reach us. SIGINT and SIGQUIT stay as they are:
        // a shell ignores them for what it starts in the background.
        foreach (int signal in (ReadOnlySpan<int>)[Signals.Hup, Signals.Term]) ThisProcess.HearAgain(signal);
        foreach (PosixSignal signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                _received.TrySetResult(context.Signal);
            }));
        }
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            reload();
        }));
    }

    /// <summary>The first signal that asks us to end.</summary>
    public Task<PosixSignal> Received => _received.Task;

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());
}
