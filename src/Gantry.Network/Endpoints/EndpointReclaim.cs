using Gantry.Linux;
using Gantry.Linux.Netlink;

namespace Gantry.Network;

/// <summary>
/// Takes interfaces of ended containers away, in the background: the kernel needs milliseconds for each, and does it by itself
/// when the container's namespace dies. An address is free again only when its interface is gone, so that two never answer to one address.
/// </summary>
internal sealed class EndpointReclaim : IDisposable
{
    /// <summary>Time that the kernel gets to do it itself, which costs nobody anything.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(60);

    private readonly record struct Pending(ActiveNetwork Network, Endpoint Endpoint, long Since);

    private readonly NetlinkSocket socket = NetlinkSocket.Open(NetlinkSocket.Route);
    private readonly List<Pending> pending = [];
    private readonly object gate = new();
    private readonly Action<string> warn;
    private readonly Thread worker;
    private Pending? busy;
    private bool ended;

    public EndpointReclaim(Action<string> warn)
    {
        this.warn = warn;
        worker = new Thread(Run) { IsBackground = true, Name = "endpoint reclaim" };
        worker.Start();
    }

    public void Add(ActiveNetwork network, Endpoint endpoint)
    {
        lock (gate)
        {
            pending.Add(new Pending(network, endpoint, Environment.TickCount64));
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Finishes now what matches.</summary>
    /// <returns>The last endpoint that was finished; null when nothing matched.</returns>
    public Endpoint? FinishNow(Func<ActiveNetwork, Endpoint, bool> which)
    {
        Endpoint? last = null;
        List<Pending> matching;
        lock (gate)
        {
            while (busy is { } one && which(one.Network, one.Endpoint))
            {
                last = one.Endpoint;
                Monitor.Wait(gate);
            }
            matching = pending.FindAll(one => which(one.Network, one.Endpoint));
            pending.RemoveAll(matching.Contains);
        }
        matching.ForEach(Finish);
        return matching.Count > 0 ? matching[^1].Endpoint : last;
    }

    private void Run()
    {
        while (Next() is { } one)
        {
            Finish(one);
            lock (gate)
            {
                busy = null;
                Monitor.PulseAll(gate);
            }
        }
    }

    /// <summary>Waits for the oldest to have had its grace; null at the end.</summary>
    private Pending? Next()
    {
        lock (gate)
        {
            while (!ended)
            {
                long wait = pending.Count == 0 ? Timeout.Infinite : (long)Grace.TotalMilliseconds - (Environment.TickCount64 - pending[0].Since);
                if (pending.Count > 0 && wait <= 0)
                {
                    busy = pending[0];
                    pending.RemoveAt(0);
                    return busy;
                }
                Monitor.Wait(gate, (int)wait);
            }
            return null;
        }
    }

    private void Finish(Pending one)
    {
        try
        {
            if (one.Endpoint.HostInterface is { } name) socket.Execute(new NetlinkBatch().DeleteLinkNamed(name), Errno.ENODEV);
            one.Network.FreeAddresses(one.Endpoint);
        }
        catch (KernelException e)
        {
            // Its address stays taken until the daemon's next start, which finds the interface again.
            warn(e.Message);
        }
    }

    /// <summary>Finishes everything.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            ended = true;
            Monitor.PulseAll(gate);
        }
        worker.Join();
        pending.ForEach(Finish);
        pending.Clear();
        socket.Dispose();
    }
}
