using System.Runtime.InteropServices;
using Gantry.Api.Client;

namespace Gantry.Cli.Terminal;

/// <summary>Tells the container's terminal the size of ours, at once and at every change.</summary>
internal sealed class ResizeWatch : IDisposable
{
    private const int OutputDescriptor = 1;
    private readonly Action<TerminalSize> _resize;
    private readonly PosixSignalRegistration _registration;

    /// <param name="resize">May fail while the process is still being started; then it is tried again.</param>
    public ResizeWatch(Action<TerminalSize> resize)
    {
        this._resize = resize;
        _registration = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Resize());
        if (!Resize()) new Thread(RetryAtStart) { IsBackground = true }.Start();
    }

    private bool Resize()
    {
        if (TerminalSize.Of(OutputDescriptor) is not { } size) return true;
        try
        {
            _resize(size);
            return true;
        }
        catch (Exception e) when (e is ApiException or ApiConnectionException)
        {
            return false;
        }
    }

    private void RetryAtStart()
    {
        for (int wait = 10; wait < 200; wait *= 2)
        {
            Thread.Sleep(wait);
            if (Resize()) return;
        }
    }

    public void Dispose() => _registration.Dispose();
}
