using System.Globalization;
using System.Runtime.InteropServices;
using Gantry.Api.Client;
using Gantry.Linux.Processes;

namespace Gantry.Cli.Terminal;

/// <summary>While it lives, signals for us go to the container instead, also those that whoever started us had us ignore:
/// a script's <c>run &amp;</c> ignores SIGINT, nohup(1) SIGHUP.</summary>
internal sealed class SignalProxy : IDisposable
{
    // All that the stock client forwards but three kinds: what says that this program itself has failed (SIGSEGV and its like), SIGPROF,
    // and SIGTTIN and SIGTTOU, with which the terminal stops a job in its background: not to obey them is to be told for ever.
    private static readonly int[] Forwarded = [Signals.Hup, Signals.Int, Signals.Quit, 10, 12, 14, Signals.Term, 16, Signals.Continue, 20,
        24, 25, 26, Signals.WindowChange, 29, 30];

    private readonly List<PosixSignalRegistration> _registrations = [];

    public SignalProxy(ApiClient client, string container)
    {
        Interrupt.Forward();
        // All before the first registration: with that the framework looks at others too, once, and takes an ignored one as given.
        foreach (int signal in Forwarded) ThisProcess.HearAgain(signal);
        foreach (int signal in Forwarded)
            _registrations.Add(PosixSignalRegistration.Create((PosixSignal)signal, context =>
            {
                context.Cancel = true;
                Forward(client, container, signal.ToString(CultureInfo.InvariantCulture));
            }));
    }

    private static void Forward(ApiClient client, string container, string signal)
    {
        try
        {
            client.Containers.Kill(container, signal);
        }
        catch (Exception e) when (e is ApiException or ApiConnectionException)
        {
            // It has just ended; the session notices by itself.
        }
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
        Interrupt.ForwardNoMore();
    }
}
