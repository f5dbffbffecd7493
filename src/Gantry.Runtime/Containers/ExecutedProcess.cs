using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Shim;

namespace Gantry.Runtime.Containers;

/// <summary>A process that was added to a container; our child, to be reaped with <see cref="ChildProcess.Wait"/>.</summary>
public sealed class ExecutedProcess : IDisposable
{
    private readonly ChildProcess _child;

    internal ExecutedProcess(ChildProcess child, int consoleMaster, IReadOnlyList<PhaseTime> phases, IReadOnlyList<string> notes) =>
        (_child, ConsoleMaster, Phases, Notes) = (child, consoleMaster, phases, notes);

    public int Pid => _child.Pid;
    public SafeFileDescriptor PidFd => _child.PidFd;
    /// <summary>The terminal's master side, owned by the caller; -1 without a terminal.</summary>
    public int ConsoleMaster { get; }
    public IReadOnlyList<PhaseTime> Phases { get; }
    /// <summary>What could be done only less well than asked: for the log.</summary>
    public IReadOnlyList<string> Notes { get; }

    public void Dispose() => _child.Dispose();
}
