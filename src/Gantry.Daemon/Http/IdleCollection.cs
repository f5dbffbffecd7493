namespace Gantry.Daemon.Http;

/// <summary>Gives memory back when nothing was asked for a while: the collector itself runs only when more is needed, and a daemon that waits for days needs no more.</summary>
public sealed class IdleCollection
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    private readonly Timer timer = new(_ => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true));

    /// <summary>A request was answered: the quiet starts anew.</summary>
    public void Used() => timer.Change(Quiet, Timeout.InfiniteTimeSpan);
}
