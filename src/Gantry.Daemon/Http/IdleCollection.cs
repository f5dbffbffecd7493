using Gantry.Linux.Processes;

namespace Gantry.Daemon.Http;

/// <summary>Gives memory back when nothing was asked for a while: the collector itself runs only when more is needed, and a daemon that
/// waits for days needs no more.</summary>
public sealed class IdleCollection
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2), Between = TimeSpan.FromMinutes(1);
    private const long WorthIt = 2 << 20;

    private readonly Timer _quiet, _slow;
    private long _allocated;

    public IdleCollection()
    {
        _quiet = new Timer(_ => Collect());
        // What happens without a request: probes, ends of containers, streams that somebody follows all day.
        _slow = new Timer(_ => CollectWhereWorthIt(), null, Between, Between);
    }

    /// <summary>A request was answered, one way or the other: the quiet starts anew.</summary>
    public void Used() => _quiet.Change(Quiet, Timeout.InfiniteTimeSpan);

    private void CollectWhereWorthIt()
    {
        if (GC.GetTotalAllocatedBytes() - Interlocked.Read(ref _allocated) > WorthIt) Used();
    }

    private void Collect()
    {
        // Twice, for what a finalizer held is free only after it.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        Interlocked.Exchange(ref _allocated, GC.GetTotalAllocatedBytes());
        NativeHeap.Trim();
        using CleanPages? pages = CleanPages.TryOpen();
        pages?.DropUnwritable();
    }
}
