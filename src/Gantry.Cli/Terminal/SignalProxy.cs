using System.Runtime.InteropServices;
using Gantry.Api.Client;

namespace Gantry.Cli.Terminal;

/// <summary>While it lives, signals for us go to the container instead.</summary>
internal sealed class SignalProxy : IDisposable
{
    // Numbers of Linux; the enumeration has no names for the last two.
    private static readonly (PosixSignal Signal, string Name)[] Forwarded =
        [(PosixSignal.SIGHUP, "HUP"), (PosixSignal.SIGINT, "INT"), (PosixSignal.SIGQUIT, "QUIT"), (PosixSignal.SIGTERM, "TERM"),
            ((PosixSignal)10, "USR1"), ((PosixSignal)12, "USR2")];

    private readonly List<PosixSignalRegistration> _registrations = [];

    public SignalProxy(ApiClient client, string container)
    {
        Interrupt.Forward();
        foreach ((PosixSignal signal, string name) in Forwarded)
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Forward(client, container, name);
            }));
    }

    private static void Forward(ApiClient client, string container, string name)
    {
        try
        {
            client.Containers.Kill(container, name);
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
