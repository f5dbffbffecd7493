using System.Text.Json;
using Gantry.Linux;
using Gantry.Linux.Events;
using Gantry.Runtime.Supervision.Reports;

namespace Gantry.Runtime.Supervision.Loop;

/// <summary>The supervisor's only thread: waits for descriptors and times, and calls their owners one after the other.</summary>
internal sealed class EventLoop(TimeProvider? time = null) : IDisposable
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Epoll _epoll = new();
    private readonly EpollReady[] _ready = new EpollReady[16];
    private EventSource?[] _sources = new EventSource?[32];

    public List<LoopTimer> Timers { get; } = [];

    /// <summary>What every reader of the loop reads into: one is active at a time, so one buffer is enough for all.</summary>
    public byte[] Buffer { get; } = new byte[32 * 1024];

    public bool Stopped { get; set; }

    /// <summary>Milliseconds of a clock that nobody sets.</summary>
    public long Now => _time.GetTimestamp() / (_time.TimestampFrequency / 1000);

    public void Watch(EventSource source, EpollEvents before, EpollEvents interest)
    {
        int descriptor = source.Descriptor;
        if (descriptor >= _sources.Length) Array.Resize(ref _sources, Math.Max(descriptor + 1, _sources.Length * 2));
        if (before == EpollEvents.None) _epoll.Add(descriptor, interest, (ulong)descriptor);
        else if (interest == EpollEvents.None) _epoll.Remove(descriptor);
        else _epoll.Modify(descriptor, interest, (ulong)descriptor);
        _sources[descriptor] = interest == EpollEvents.None ? null : source;
    }

    public void Run()
    {
        while (!Stopped)
        {
            int count = _epoll.Wait(_ready, Timeout());
            // A source may be closed by the one before it, and its number taken by a new one: that one then merely finds nothing to do.
            for (int i = 0; i < count && !Stopped; i++)
            {
                if (_sources[(int)_ready[i].Tag] is { } source) Call(source, _ready[i].Events);
            }
            FireTimers();
        }
    }

    private static void Call(EventSource source, EpollEvents events)
    {
        try
        {
            source.Ready(events);
        }
        catch (Exception e) when (Expected.Any(e))
        {
            SupervisorLog.Write(Failure.Text(e));
            source.Fault(e);
        }
    }

    private int Timeout()
    {
        long due = long.MaxValue;
        foreach (LoopTimer timer in Timers) due = Math.Min(due, timer.Due);
        return due == long.MaxValue ? -1 : (int)Math.Clamp(due - Now, 0, int.MaxValue);
    }

    private void FireTimers()
    {
        if (Timers.Count == 0) return;
        long now = Now;
        for (int i = Timers.Count - 1; i >= 0; i--)
        {
            // Firing may take others out of the list.
            if (i < Timers.Count && Timers[i].Due <= now) Timers[i].Fire();
        }
    }

    public void Dispose() => _epoll.Dispose();
}
