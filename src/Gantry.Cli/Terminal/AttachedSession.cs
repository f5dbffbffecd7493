using Gantry.Api.Client;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;

namespace Gantry.Cli.Terminal;

/// <summary>
/// Connects our standard streams with those of a container or exec, until its output ends or the user detaches.
/// <code>
///   stdin ──(thread: detach keys)──▶ hijacked stream ──(thread: frames split)──▶ stdout, stderr
/// </code>
/// </summary>
internal sealed class AttachedSession : IDisposable
{
    private readonly HijackedStream _stream;
    private readonly bool _tty;
    private readonly bool _stdin;
    private readonly string _detachKeys;
    private readonly RawMode? _raw;
    private readonly ManualResetEventSlim _ended = new();
    private readonly bool _detachable;
    /// <summary>Set before the stream is closed under a thread that reads or writes it.</summary>
    private volatile bool _abandoned;
    private Exception? _failure;

    /// <param name="stdin">Our input goes to the other side.</param>
    /// <param name="tty">The stream is raw and not framed; our terminal is put into raw mode when input is attached.</param>
    public AttachedSession(HijackedStream stream, bool stdin, bool tty, string detachKeys)
    {
        (this._stream, this._stdin, this._tty, this._detachKeys) = (stream, stdin, tty, detachKeys);
        _detachable = tty && stdin;
        if (tty && stdin) _raw = RawMode.Enter(0);
    }

    /// <summary>The user pressed the detach keys; the container goes on.</summary>
    public bool Detached { get; private set; }

    /// <summary>Signals go to the container, so they do not end raw mode.</summary>
    public void SignalsAreForwarded()
    {
        if (_raw is not null) _raw.SignalsAreForwarded = true;
    }

    /// <summary>Starts to copy. The output gets a thread only where the user can leave before its end;
    /// else <see cref="WaitForEnd"/> copies it.</summary>
    public void Begin()
    {
        DetachKeys? keys = _detachable ? SessionKeys.Parse(_detachKeys) : null;
        if (_stdin) new Thread(() => CopyInput(keys)) { IsBackground = true }.Start();
        if (_detachable) new Thread(CopyOutput) { IsBackground = true }.Start();
    }

    /// <summary>Blocks until the output has ended or the user has detached; the terminal is itself again then.</summary>
    public void WaitForEnd()
    {
        if (_detachable) _ended.Wait();
        else CopyOutput();
        _raw?.Restore();
        if (_failure is not null) throw _failure;
    }

    /// <summary>The process was never started: the terminal is itself again, and nothing more is copied.</summary>
    public void Abandon()
    {
        _abandoned = true;
        _raw?.Restore();
        _stream.Dispose();
    }

    private void CopyOutput()
    {
        try
        {
            Stream stdout = StandardStreams.RawOut;
            if (_tty) _stream.CopyTo(stdout, 16 * 1024);
            else StreamDemultiplexer.Copy(_stream, stdout, StandardStreams.RawError);
        }
        catch (Exception e) when (e is IOException or ApiException or ApiConnectionException or InvalidDataException
            || (_abandoned && e is ObjectDisposedException))
        {
            _failure = _abandoned ? null : e;
        }
        _ended.Set();
    }

    private void CopyInput(DetachKeys? keys)
    {
        byte[] input = new byte[16 * 1024];
        byte[] filtered = new byte[input.Length + (keys?.MostHeldBack ?? 0)];
        try
        {
            while (StandardStreams.RawIn.Read(input, 0, input.Length) is > 0 and int count)
            {
                if (keys is null)
                {
                    _stream.Write(input.AsSpan(0, count));
                    continue;
                }
                bool detach = keys.Filter(input.AsSpan(0, count), filtered, out int length);
                _stream.Write(filtered.AsSpan(0, length));
                if (!detach) continue;
                Detached = true;
                _ended.Set();
                return;
            }
        }
        catch (Exception e) when (e is IOException || (_abandoned && e is ObjectDisposedException))
        {
            // The process has ended or our terminal is gone: no more input in either case.
        }
        _stream.CloseWrite();
    }

    public void Dispose()
    {
        _abandoned = true;
        _raw?.Dispose();
        _stream.Dispose();
    }
}
