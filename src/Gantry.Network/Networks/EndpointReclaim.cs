using Gantry.Linux;
using Gantry.Network.Endpoints;

namespace Gantry.Network.Networks;

/// <summary>
/// Takes interfaces of ended containers away, in the background: the kernel needs milliseconds for each, and does it by itself
/// when the container's namespace dies. An address is free again only when its interface is gone, so that two never answer to one address.
/// </summary>
internal sealed class EndpointReclaim : IDisposable
{
    /// <summary>Time that the kernel gets to do it itself, which costs nobody anything.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(60);

    private readonly record struct Pending(ActiveNetwork Network, Endpoint Endpoint, long Since);

    private readonly List<Pending> _pending = [];
    private readonly object _gate = new();
    private readonly Action<ActiveNetwork, Endpoint> _detach;
    private readonly Action<string> _warn;
    private readonly TimeProvider _time;
    private readonly Thread _worker;
    private Pending? _busy;
    private bool _ended;

    /// <param name="detach">Takes an endpoint's interface away; on return it is gone.</param>
    public EndpointReclaim(Action<ActiveNetwork, Endpoint> detach, Action<string> warn, TimeProvider time)
    {
        (_detach, _warn, _time) = (detach, warn, time);
        _worker = new Thread(Run) { IsBackground = true, Name = "endpoint reclaim" };
        _worker.Start();
    }

    public void Add(ActiveNetwork network, Endpoint endpoint)
    {
        lock (_gate)
        {
            _pending.Add(new Pending(network, endpoint, _time.GetTimestamp()));
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Finishes now what matches.</summary>
    /// <returns>The last endpoint that was finished; null when nothing matched.</returns>
    public Endpoint? FinishNow(Func<ActiveNetwork, Endpoint, bool> which)
    {
        Endpoint? last = null;
        List<Pending> matching;
        lock (_gate)
        {
            while (_busy is { } one && which(one.Network, one.Endpoint))
            {
                last = one.Endpoint;
                Monitor.Wait(_gate);
            }
            matching = _pending.FindAll(one => which(one.Network, one.Endpoint));
            _pending.RemoveAll(matching.Contains);
        }
        matching.ForEach(Finish);
        return matching.Count > 0 ? matching[^1].Endpoint : last;
    }

    private void Run()
    {
        while (Next() is { } one)
        {
            Finish(one);
            lock (_gate)
            {
                _busy = null;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Waits for the oldest to have had its grace; null at the end.</summary>
    private Pending? Next()
    {
        lock (_gate)
        {
            while (!_ended)
            {
                TimeSpan wait = _pending.Count == 0 ? Timeout.InfiniteTimeSpan : Grace - _time.GetElapsedTime(_pending[0].Since);
                if (_pending.Count > 0 && wait <= TimeSpan.Zero)
                {
                    _busy = _pending[0];
                    _pending.RemoveAt(0);
                    return _busy;
                }
                // Rounded up: else the last of it would be waited for in turns of nothing.
                Monitor.Wait(_gate, (int)Math.Ceiling(wait.TotalMilliseconds));
            }
            return null;
        }
    }

    private void Finish(Pending one)
    {
        try
        {
            _detach(one.Network, one.Endpoint);
            one.Network.FreeAddresses(one.Endpoint);
        }
        catch (Exception e) when (Expected.Any(e))
        {
            // Its address stays taken until the daemon's next start, which finds the interface again.
            _warn(e.Message);
        }
    }

    /// <summary>Finishes everything.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.PulseAll(_gate);
        }
        _worker.Join();
        _pending.ForEach(Finish);
        _pending.Clear();
    }
}
