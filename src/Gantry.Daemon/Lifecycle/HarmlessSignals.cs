using System.Runtime.InteropServices;
using Gantry.Linux.Processes;

namespace Gantry.Daemon.Lifecycle;

/// <summary>Makes the daemon deaf to what would end it and is not meant to: a monitor's SIGUSR1, a library's SIGALRM.</summary>
/// <remarks>Handled and not ignored: what is ignored stays so in every program that the daemon runs.</remarks>
internal sealed class HarmlessSignals : IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];

    public HarmlessSignals()
    {
        foreach (int signal in Signals.Deadly)
        {
            // Those that end or reload a daemon; see StopSignal.
            if (signal is Signals.Hup or Signals.Int or Signals.Quit or Signals.Term) continue;
            _registrations.Add(PosixSignalRegistration.Create((PosixSignal)signal, context => context.Cancel = true));
        }
    }

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());
}
