using Gantry.Linux.Events;
using Gantry.Runtime.Statistics;

namespace Gantry.Runtime.Supervision.Loop;

/// <summary>Tells each time that the kernel kills in the container for want of memory.</summary>
internal sealed class OomNotice : EventSource
{
    private readonly OomWatch _watch;
    private readonly Action _happened;

    /// <param name="watch">Owned, with a descriptor.</param>
    public OomNotice(EventLoop loop, OomWatch watch, Action happened) : base(loop, watch.Number)
    {
        (_watch, _happened) = (watch, happened);
        Watch(watch.Events);
    }

    public override void Ready(EpollEvents events)
    {
        if (_watch.Take()) _happened();
    }

    public override void Fault(Exception error) => Close();

    public void Close()
    {
        Watch(EpollEvents.None);
        _watch.Dispose();
    }
}
