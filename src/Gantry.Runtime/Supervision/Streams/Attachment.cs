using System.Text;
using Gantry.Runtime.Supervision.Connections;
using Gantry.Shim;

namespace Gantry.Runtime.Supervision.Streams;

/// <summary>A client at the stdio of a container or an exec.</summary>
internal sealed class Attachment : Role
{
    private readonly ProcessIo _io;
    private readonly bool _stdin, _stdout, _stderr;
    private long _skipped;
    private bool _skipping;

    public Attachment(Client client, ProcessIo io, ShimMessage request)
    {
        (Client, _io) = (client, io);
        (_stdin, _stdout, _stderr) = (request.Stdin, request.Stdout, request.Stderr);
        client.Role = this;
        io.Attach(this);
        // Of each that comes while nothing is taken a buffer's length would be held.
        if (_stdin && io.Input?.IsFull == true) client.PauseInput();
    }

    public Client Client { get; }

    public bool HoldsBack => Client.IsFull && !_skipping;

    /// <summary>What a client that reads the log up to now would miss.</summary>
    public void SendUnlogged()
    {
        foreach (byte kind in (ReadOnlySpan<byte>)[ShimFrame.Stdout, ShimFrame.Stderr])
        {
            if (_io.Unlogged(kind) is { IsEmpty: false } text) Output(kind, text);
        }
    }

    /// <returns>True when this client wants no more for now.</returns>
    public bool Output(byte kind, ReadOnlySpan<byte> bytes)
    {
        if (!(kind == ShimFrame.Stderr ? _stderr : _stdout)) return false;
        if (_skipping) _skipped += bytes.Length;
        else Client.Send(kind, bytes);
        return HoldsBack;
    }

    /// <param name="since">It has taken nothing since then, in <see cref="Loop.EventLoop.Now"/>.</param>
    public void SkipIfStuck(long since)
    {
        if (HoldsBack && Client.LastProgress < since) _skipping = true;
    }

    public override void Drained(Client client)
    {
        if (_skipping)
        {
            _skipping = false;
            string notice = $"\r\n[{_skipped} bytes of output left out: this client did not read for too long; the log has them]\r\n";
            client.Send(_io.IsTerminal || !_stderr ? ShimFrame.Stdout : ShimFrame.Stderr, Encoding.UTF8.GetBytes(notice));
            _skipped = 0;
        }
        _io.ResumeOutput();
    }

    public override void Input(Client client, ReadOnlySpan<byte> bytes)
    {
        if (!_stdin || _io.Input is not { } input) return;
        input.Write(bytes);
        if (input.IsFull) client.PauseInput();
    }

    /// <remarks>
    /// As with Docker the end of a client's stdin ends the process' stdin where that was asked for (never a terminal's),
    /// else the attachment as a whole.
    /// </remarks>
    public override void InputEnded(Client client)
    {
        if (!_stdin || _io.Input is not { } input) return;
        if (_io.InputEndsWithClient && !_io.IsTerminal) input.End();
        else client.CloseWhenSent();
    }

    public override void LeftWaiting(Client client) => _io.LimitLeft();

    public override void Closed(Client client)
    {
        _io.Detach(this);
        if (_stdin && _io.InputEndsWithClient && !_io.IsTerminal) _io.Input?.End();
    }
}
