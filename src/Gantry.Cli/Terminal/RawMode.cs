using System.Runtime.InteropServices;
using Gantry.Linux;
using Gantry.Linux.Terminals;

namespace Gantry.Cli.Terminal;

/// <summary>
/// Puts the terminal into raw mode: every key goes to the container, also those that would make signals here.
/// It is put back when this is disposed, when the program ends in any regular way, and on the signals that end it.
/// </summary>
internal sealed class RawMode : IDisposable
{
    private readonly int _descriptor;
    private readonly TerminalSettings _saved;
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _restored;

    private RawMode(int descriptor, TerminalSettings saved)
    {
        (this._descriptor, this._saved) = (descriptor, saved);
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    /// <returns>Null when the descriptor is no terminal.</returns>
    public static RawMode? Enter(int descriptor)
    {
        if (TryMakeRaw(descriptor) is not { } saved) return null;
        RawMode mode = new(descriptor, saved);
        foreach (PosixSignal signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGINT,
            PosixSignal.SIGQUIT])
            // Not cancelled: the default action, our end, follows. A proxy of signals registered besides this one cancels it and the
            // session goes on.
            mode._registrations.Add(PosixSignalRegistration.Create(signal, _ => mode.OnSignal()));
        return mode;
    }

    // One that keeps its settings, because it belongs to another session by now, is used as it is.
    private static TerminalSettings? TryMakeRaw(int descriptor)
    {
        try
        {
            return Linux.Terminals.Terminal.MakeRaw(descriptor);
        }
        catch (KernelException)
        {
            return null;
        }
    }

    /// <summary>A session that forwards its signals stays in raw mode when one arrives.</summary>
    public bool SignalsAreForwarded { get; set; }

    private void OnSignal()
    {
        if (!SignalsAreForwarded) Restore();
    }

    private void OnExit(object? sender, EventArgs e) => Restore();

    /// <summary>Once; further calls do nothing.</summary>
    public void Restore()
    {
        if (Interlocked.Exchange(ref _restored, 1) == 0) Linux.Terminals.Terminal.Restore(_descriptor, _saved);
    }

    public void Dispose()
    {
        Restore();
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
    }
}
