using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Terminals;
using Gantry.Runtime.Supervision.Connections;
using Gantry.Runtime.Supervision.Logs;
using Gantry.Runtime.Supervision.Loop;
using Gantry.Shim;

namespace Gantry.Runtime.Supervision.Streams;

/// <summary>All input and output of one process: pipes or a terminal on one side, the log and any number of clients on the other.</summary>
/// <remarks>
/// A client that does not keep up holds the process back, as a pipe would, but not for ever:
/// after <see cref="Patience"/> without progress the output goes on without that client,
/// which is told how much it missed once it reads again.
/// </remarks>
internal sealed class ProcessIo
{
    /// <summary>How long output is awaited after the process ended: somebody else may have inherited its pipes and hold them for
    /// ever.</summary>
    private const int GraceAfterEnd = 2000;
    private const int StuckCheck = 500;
    /// <summary>Each costs a descriptor for as long as the process does not read its stdin.</summary>
    private const int MostLeft = 16;

    private readonly EventLoop _loop;
    private readonly LogSink _log;
    private readonly Action _drained;
    private readonly List<Attachment> _attachments = [];
    private readonly LoopTimer _grace, _stuck;
    private OutputStream? _out, _err;
    private SafeFileDescriptor? _peer;
    private bool _ended, _finished;

    /// <param name="log">Where the output is kept.</param>
    /// <param name="drained">Called once, when the process has ended and all its output has been read.</param>
    public ProcessIo(EventLoop loop, LogSink log, Action drained)
    {
        (_loop, _log, _drained) = (loop, log, drained);
        (_grace, _stuck) = (new LoopTimer(loop, Cut), new LoopTimer(loop, SkipStuck));
    }

    /// <summary>Milliseconds; <see cref="long.MaxValue"/> waits without end.</summary>
    public long Patience { get; init; } = long.MaxValue;

    /// <summary>The process' stdin ends when a client's does.</summary>
    public bool InputEndsWithClient { get; init; }

    public InputStream? Input { get; private set; }

    public bool IsTerminal { get; private set; }

    public IReadOnlyList<Attachment> Attachments => _attachments;

    public void ConnectInput(SafeFileDescriptor pipe) => Input = new InputStream(_loop, Own(pipe), InputDrained);

    public void ConnectOutput(SafeFileDescriptor pipe, byte kind)
    {
        OutputStream stream = new(_loop, Own(pipe), kind, this);
        if (kind == ShimFrame.Stderr) _err = stream;
        else _out = stream;
    }

    /// <param name="master">Owned from here on.</param>
    /// <param name="input">Whether clients may type.</param>
    public void ConnectTerminal(int master, bool input)
    {
        IsTerminal = true;
        // Programs may close every descriptor of their terminal and open it again later: that is not the end of the output.
        _peer = Terminal.OpenPeer(master);
        Descriptor.SetNonBlocking(master, true);
        if (input) Input = new InputStream(_loop, Detach(Descriptor.DuplicateAtLeast(master)), InputDrained);
        _out = new OutputStream(_loop, master, ShimFrame.Stdout, this);
    }

    public void Resize(ushort rows, ushort columns)
    {
        if (IsTerminal && _out is { IsOpen: true } terminal) Terminal.Resize(terminal.Descriptor, rows, columns);
    }

    public void Attach(Attachment attachment) => _attachments.Add(attachment);

    /// <summary>Up to where the log has what was written so far; null without a log.</summary>
    public LogEnd? LogEnd => _log.Position;

    /// <summary>What was written so far and is not in the log.</summary>
    public ReadOnlySpan<byte> Unlogged(byte kind) => _log.Held(kind);

    public void Detach(Attachment attachment)
    {
        _attachments.Remove(attachment);
        ResumeOutput();
    }

    /// <summary>What clients sent who have left waits for the process, but not of any number of them: those that came first are given
    /// up.</summary>
    public void LimitLeft()
    {
        while (_attachments.FindAll(static one => one.Client.IsLeftWaiting) is { Count: > MostLeft } left) left[0].Client.Close();
    }

    public void Output(OutputStream stream, ReadOnlySpan<byte> bytes)
    {
        _log.Append(stream.Kind, bytes);
        bool full = false;
        for (int i = _attachments.Count - 1; i >= 0; i--) full |= _attachments[i].Output(stream.Kind, bytes);
        if (!full || _finished) return;
        stream.Pause();
        if (!_stuck.IsSet && Patience != long.MaxValue) _stuck.Set(StuckCheck);
    }

    /// <summary>Goes on reading once no client holds it back.</summary>
    public void ResumeOutput()
    {
        foreach (Attachment attachment in _attachments)
        {
            if (attachment.HoldsBack) return;
        }
        _stuck.Stop();
        _out?.Resume();
        _err?.Resume();
    }

    public void OutputEnded(OutputStream stream)
    {
        _log.End(stream.Kind);
        if (stream == _out) _out = null;
        else _err = null;
        FinishWhenDone();
    }

    /// <summary>The process is gone; what it wrote may still be on its way.</summary>
    public void ProcessEnded()
    {
        _ended = true;
        Input?.Close();
        _peer?.Dispose();
        _peer = null;
        _grace.Set(GraceAfterEnd);
        FinishWhenDone();
    }

    private void FinishWhenDone()
    {
        if (!_ended || _finished || _out is not null || _err is not null) return;
        _finished = true;
        _grace.Stop();
        _stuck.Stop();
        _drained();
    }

    /// <summary>Takes what has been written so far and waits for no more.</summary>
    public void Cut()
    {
        _out?.Cut();
        _err?.Cut();
    }

    private void SkipStuck()
    {
        foreach (Attachment attachment in _attachments) attachment.SkipIfStuck(_loop.Now - Patience);
        _stuck.Set(StuckCheck);
        ResumeOutput();
    }

    private void InputDrained()
    {
        for (int i = _attachments.Count - 1; i >= 0; i--) _attachments[i].Client.ResumeInput();
    }

    private static int Own(SafeFileDescriptor descriptor)
    {
        Descriptor.SetNonBlocking(descriptor.Number, true);
        return Detach(descriptor);
    }

    private static int Detach(SafeFileDescriptor descriptor)
    {
        int number = descriptor.Number;
        descriptor.SetHandleAsInvalid();
        return number;
    }
}
