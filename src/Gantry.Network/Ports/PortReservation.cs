using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gantry.Linux;
using Gantry.Linux.Netlink;

namespace Gantry.Network.Ports;

/// <summary>Host ports that this daemon holds: a bound socket for each, so that nobody else takes them and conflicts are seen at
/// once.</summary>
internal sealed class PortReservation(TimeProvider time) : IDisposable
{
    private readonly record struct Number(string Protocol, ushort Port);

    private sealed record Holding(IPAddress Address, PortSocket? Socket);

    private readonly Dictionary<Number, List<Holding>> _held = [];
    private readonly Lock _gate = new();
    private readonly (ushort First, ushort Last) _ephemeral = EphemeralRange();
    private int _next;

    /// <summary>Takes the port of one published address.</summary>
    /// <exception cref="GantryException">Internal: in use; the text is that of Docker.</exception>
    public void Take(IPAddress address, string protocol, ushort port, string forWhom)
    {
        Outcome outcome = TryTake(address, protocol, port);
        if (outcome == Outcome.Ours) throw GantryException.Internal($"Bind for {Show(address, port)} failed: port is already allocated");
        if (outcome == Outcome.Others)
            throw GantryException.Internal($"failed to bind host port for {Show(address, port)}:{forWhom}: address already in use");
    }

    /// <summary>One port that is free on all the addresses: from the range, or when that is 0, from the host's ephemeral ports,
    /// each after the last.</summary>
    public ushort TakeAny(IReadOnlyList<IPAddress> addresses, string protocol, ushort first, ushort last, string forWhom)
    {
        bool anyEphemeral = first == 0;
        (ushort low, ushort high) = anyEphemeral ? _ephemeral : (first, last);
        int count = high - low + 1;
        int start = anyEphemeral ? (Interlocked.Increment(ref _next) - 1) % count : 0;
        for (int i = 0; i < count; i++)
        {
            ushort port = (ushort)(low + (start + i) % count);
            if (!TryTakeAll(addresses, protocol, port)) continue;
            if (anyEphemeral) Interlocked.Exchange(ref _next, port - low + 1);
            return port;
        }
        throw GantryException.Internal(anyEphemeral
            ? $"all ports are allocated: {low}-{high} ({forWhom})"
            : $"failed to bind host port for {Show(addresses[0], first)}-{last}:{forWhom}: address already in use");
    }

    /// <summary>After a restart: the port is ours already by the firewall,
    /// so that its socket cannot be had must not stop anything.</summary>
    /// <returns>False when somebody else holds it now.</returns>
    public bool Retake(PublishedPort port)
    {
        Outcome outcome = TryTake(port.HostAddress, port.Protocol, port.HostPort);
        if (outcome != Outcome.Others) return true;
        lock (_gate) Hold(new Number(port.Protocol, port.HostPort), new Holding(port.HostAddress, null));
        return false;
    }

    public void Free(IPAddress host, string protocol, ushort port)
    {
        Number number = new(protocol, port);
        lock (_gate)
        {
            if (!_held.TryGetValue(number, out List<Holding>? holdings)) return;
            foreach (Holding holding in holdings.Where(holding => holding.Address.Equals(host))) holding.Socket?.Dispose();
            holdings.RemoveAll(holding => holding.Address.Equals(host));
            if (holdings.Count == 0) _held.Remove(number);
            long now = time.GetTimestamp();
            if (time.GetElapsedTime(_lastFreed, now) > Moment) _freed.Clear();
            _freed[number] = _lastFreed = now;
        }
    }

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    /// <summary>When a port was freed, as a timestamp of the clock.</summary>
    private readonly Dictionary<Number, long> _freed = [];
    private long _lastFreed;

    /// <summary>A process that is being started has all our sockets until it executes its program: a port that was ours a moment ago
    /// is free in the next.</summary>
    private bool WasOurs(Number number)
    {
        lock (_gate) return _freed.TryGetValue(number, out long at) && time.GetElapsedTime(at) < Moment;
    }

    private enum Outcome
    {
        Taken,
        Ours,
        Others,
    }

    private bool TryTakeAll(IReadOnlyList<IPAddress> addresses, string protocol, ushort port)
    {
        for (int i = 0; i < addresses.Count; i++)
        {
            bool taken = false;
            try
            {
                taken = TryTake(addresses[i], protocol, port) == Outcome.Taken;
                if (!taken) return false;
            }
            finally
            {
                if (!taken)
                    for (int j = 0; j < i; j++) Free(addresses[j], protocol, port);
            }
        }
        return true;
    }

    private Outcome TryTake(IPAddress host, string protocol, ushort port)
    {
        Number number = new(protocol, port);
        Outcome outcome = TryTake(host, number);
        for (int tries = 0; outcome == Outcome.Others && tries < 20 && WasOurs(number); tries++)
        {
            Thread.Sleep(5);
            outcome = TryTake(host, number);
        }
        return outcome;
    }

    private Outcome TryTake(IPAddress host, Number number)
    {
        lock (_gate)
        {
            if (_held.TryGetValue(number, out List<Holding>? holdings) && holdings.Exists(holding => Excludes(holding.Address, host)))
                return Outcome.Ours;
            PortSocket? socket = null;
            // Few kernels have SCTP sockets; its ports are kept by the dictionary alone.
            if (number.Protocol != "sctp" && (socket = Bind(host, number)) is null) return Outcome.Others;
            Hold(number, new Holding(host, socket));
            return Outcome.Taken;
        }
    }

    private void Hold(Number number, Holding holding)
    {
        if (!_held.TryGetValue(number, out List<Holding>? holdings)) _held[number] = holdings = [];
        holdings.Add(holding);
    }

    /// <summary>A wildcard address excludes every specific one of its family, also where no socket says so.</summary>
    private static bool Excludes(IPAddress one, IPAddress other) =>
        one.AddressFamily == other.AddressFamily && (one.Equals(other) || IsAny(one) || IsAny(other));

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static PortSocket? Bind(IPAddress host, Number number)
    {
        try
        {
            return PortSocket.TryBind(host, number.Port, number.Protocol == "tcp");
        }
        catch (KernelException e) when (e.Errno == Errno.EADDRNOTAVAIL)
        {
            throw GantryException.Internal(
                $"failed to bind host port {Show(host, number.Port)}/{number.Protocol}: cannot assign requested address");
        }
    }

    private static string Show(IPAddress address, ushort port) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]:{port}" : $"{address}:{port}";

    private static (ushort First, ushort Last) EphemeralRange()
    {
        const string Path = "/proc/sys/net/ipv4/ip_local_port_range";
        string[] words = File.Exists(Path) ? File.ReadAllText(Path).Split((char[])['\t', ' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            : [];
        if (words.Length == 2 && ushort.TryParse(words[0], CultureInfo.InvariantCulture, out ushort first)
            && ushort.TryParse(words[1], CultureInfo.InvariantCulture, out ushort last) && first <= last && first > 0)
        {
            return (first, last);
        }
        return (49153, 65535);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (Holding holding in _held.Values.SelectMany(holdings => holdings)) holding.Socket?.Dispose();
            _held.Clear();
        }
    }
}
