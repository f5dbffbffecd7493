using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Linux.Sockets;
using Gantry.Runtime.Init;

namespace Gantry.Runtime.Containers;

/// <summary>An exec's init that stays outside of the container (docs/decisions/0010-exec.md). It may start before anybody knows what it
/// shall do: its own start takes as long as finding that out.</summary>
internal sealed class OutsideInit : IDisposable
{
    private const int Patience = 10_000;

    private readonly ChildProcess _process;
    /// <summary>Kept open until the end: closing it last dissolves its mount, for which the kernel waits,
    /// and init has no time for that.</summary>
    private readonly SealedExecutable _program;
    private bool _ended;

    private OutsideInit(ChildProcess process, InitChannel channel, SealedExecutable program) =>
        (_process, Channel, _program) = (process, channel, program);

    public int Pid => _process.Pid;
    /// <summary>Owned by whoever talks over it.</summary>
    public InitChannel Channel { get; }

    public static OutsideInit Start(string stateRoot, (int Stdin, int Stdout, int Stderr) streams, int preserveFds)
    {
        SealedExecutable program = SealedExecutable.Open(stateRoot, NamespaceKinds.None);
        var (ours, theirs) = UnixSocket.Pair();
        using (theirs)
        {
            try
            {
                return new OutsideInit(ChildProcess.Spawn(InitChild.Plain(program, theirs, streams, preserveFds)), new InitChannel(ours),
                    program);
            }
            catch
            {
                program.Dispose();
                ours.Dispose();
                throw;
            }
        }
    }

    /// <summary>Waits for its end, which it has announced.</summary>
    public void Reap()
    {
        _program.Dispose();
        _ended = true;
        if (!Descriptor.WaitReadable(_process.PidFd.Number, Patience))
        {
            _process.End();
            return;
        }
        ChildProcess.Wait(_process.PidFd);
        _process.Dispose();
    }

    /// <summary>Ends it, unless it has been reaped.</summary>
    public void Dispose()
    {
        if (_ended) return;
        _ended = true;
        _program.Dispose();
        Channel.Dispose();
        _process.End();
    }
}
