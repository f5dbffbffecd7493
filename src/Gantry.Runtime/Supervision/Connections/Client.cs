using System.Buffers.Binary;
using Gantry.Linux;
using Gantry.Linux.Events;
using Gantry.Linux.Files;
using Gantry.Runtime.Supervision.Loop;
using Gantry.Shim;
using Gantry.Shim.Wire;

namespace Gantry.Runtime.Supervision.Connections;

/// <summary>One connection: frames in, frames out, each direction ending by itself.</summary>
/// <remarks>
/// Two states make it more than a pipe. While its stdin cannot be taken it is not read (<see cref="PauseInput"/>).
/// And a peer that has closed both directions may still have sent bytes before, which are read to their end first.
/// </remarks>
/// <param name="closed">Called once, when it has been closed by either side.</param>
internal sealed class Client(EventLoop loop, int descriptor, Role role, Action<Client> closed) : EventSource(loop, descriptor)
{
    /// <summary>A client with more than this waiting is full: its stream is not read until it has taken some.</summary>
    private const int FullAt = 64 * 1024;
    /// <summary>A control connection that takes nothing for so long that this much waits is cut off; the daemon can come again.</summary>
    private const int AbandonAt = 4 << 20;

    private readonly ByteQueue _waiting = new();
    private readonly FrameParser _parser = new();
    private bool _inputPaused, _inputEnded, _peerGone, _closing;

    public Role Role { get; set; } = role;

    /// <summary>When it last took bytes, in <see cref="EventLoop.Now"/>.</summary>
    public long LastProgress { get; private set; }

    public bool IsFull => _waiting.Count > FullAt;

    public bool HasWaiting => _waiting.Count > 0;

    public void Begin() => Watch(EpollEvents.Read);

    public void Send(ShimMessage message) => Send(ShimFrame.Message, ShimWriter.Message(message));

    public void Send(byte kind, ReadOnlySpan<byte> payload)
    {
        if (!IsOpen || _peerGone) return;
        Span<byte> header = stackalloc byte[ShimFrame.HeaderSize];
        header.Clear();
        header[0] = kind;
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], (uint)payload.Length);
        int sent = 0;
        if (_waiting.Count == 0)
        {
            sent = RawIo.Write(Descriptor, header, payload);
            if (sent < 0 && sent != -Errno.EAGAIN)
            {
                LosePeer();
                return;
            }
            sent = Math.Max(sent, 0);
            LastProgress = Loop.Now;
        }
        _waiting.Add(header[Math.Min(sent, header.Length)..]);
        _waiting.Add(payload[Math.Max(sent - header.Length, 0)..]);
        if (_waiting.Count > AbandonAt) Close();
        else UpdateInterest();
    }

    /// <summary>The peer has gone, and what it sent last waits for somebody to take it.</summary>
    public bool IsLeftWaiting => IsOpen && _peerGone && _inputPaused;

    public void PauseInput()
    {
        _inputPaused = true;
        UpdateInterest();
        if (IsLeftWaiting) Role.LeftWaiting(this);
    }

    public void ResumeInput()
    {
        if (!_inputPaused) return;
        _inputPaused = false;
        UpdateInterest();
    }

    /// <summary>Closes when everything that waits has been taken.</summary>
    public void CloseWhenSent()
    {
        _closing = true;
        if (_waiting.Count == 0) Close();
        else UpdateInterest();
    }

    public void Close()
    {
        if (!IsOpen) return;
        CloseDescriptor();
        _waiting.Clear();
        Role.Closed(this);
        closed(this);
    }

    public override void Ready(EpollEvents events)
    {
        if ((events & EpollEvents.Write) != 0) Flush();
        if ((events & (EpollEvents.HangUp | EpollEvents.Error)) != 0 && !_peerGone) LosePeer();
        if (IsOpen && !_inputPaused && !_inputEnded && (events & ~EpollEvents.Write) != 0) ReadInput();
    }

    public override void Fault(Exception error) => Close();

    private void ReadInput()
    {
        int count = RawIo.Read(Descriptor, Loop.Buffer);
        if (count == -Errno.EAGAIN) return;
        if (count < 0)
        {
            Close();
            return;
        }
        if (count == 0)
        {
            _inputEnded = true;
            Role.InputEnded(this);
            if (_peerGone) Close();
            else UpdateInterest();
            return;
        }
        if (!_parser.Feed(this, Loop.Buffer.AsSpan(0, count))) Close();
    }

    private void Flush()
    {
        int sent = RawIo.Write(Descriptor, _waiting.Bytes);
        if (sent == -Errno.EAGAIN) return;
        if (sent < 0)
        {
            LosePeer();
            return;
        }
        bool wasFull = IsFull;
        _waiting.Take(sent);
        LastProgress = Loop.Now;
        // It may have something to add, even to a connection that is about to be closed.
        if (wasFull && !IsFull) Role.Drained(this);
        if (_closing && _waiting.Count == 0) Close();
        else UpdateInterest();
    }

    /// <summary>Nothing can be sent any more; what the peer sent before is still read.</summary>
    private void LosePeer()
    {
        bool wasFull = IsFull;
        _peerGone = true;
        _waiting.Clear();
        if (_inputEnded || _closing) Close();
        else UpdateInterest();
        if (wasFull) Role.Drained(this);
        if (IsLeftWaiting) Role.LeftWaiting(this);
    }

    private void UpdateInterest()
    {
        EpollEvents interest = EpollEvents.None;
        if (!_inputEnded && !_inputPaused) interest |= EpollEvents.Read;
        if (_waiting.Count > 0 && !_peerGone) interest |= EpollEvents.Write;
        if (interest == EpollEvents.None && !_peerGone) interest = HangUpOnly;
        Watch(interest);
    }
}
