using Gantry.Linux.Processes;
using Gantry.Runtime.Supervision.Loop;

namespace Gantry.Runtime.Supervision;

/// <summary>
/// Making a container touches far more memory than watching it. A while after the last such work this gives back what it left behind,
/// so that a hundred containers at rest cost next to nothing.
/// </summary>
internal sealed class MemoryDiet
{
    private const int After = 1000;

    private readonly EventLoop _loop;
    private readonly LoopTimer _timer;

    public MemoryDiet(EventLoop loop) => (_loop, _timer) = (loop, new LoopTimer(loop, Trim));

    /// <summary>Something unusual was done: a start, an exec, the packing of a log.</summary>
    public void Worked() => _timer.Set(After);

    private void Trim()
    {
        // Twice, for what a finalizer held is free only after it; and no finalizer may run while pages are dropped.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        // On a busy machine the finalizer thread, which every collection wakes, would run after the pages are dropped and map them again.
        GC.WaitForPendingFinalizers();
        using CleanPages? pages = CleanPages.TryOpen();
        pages?.Drop(_loop.Buffer);
    }
}
