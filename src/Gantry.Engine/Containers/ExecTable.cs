using System.Collections.Concurrent;
using Gantry.Shim;

namespace Gantry.Engine.Containers;

/// <summary>The execs of one container. Finished ones are forgotten after some time,
/// so that a container with a probe every second does not grow without end.</summary>
public sealed class ExecTable(TimeProvider time)
{
    private const int KeptFinished = 64, MostFinished = 1024;
    /// <summary>For who started many at once and asks for the exit codes later.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, Exec> _execs = new();
    private readonly ConcurrentQueue<(string Id, DateTimeOffset At)> _finished = new();

    public ICollection<string> Ids => _execs.Keys;

    public IEnumerable<string> RunningIds => _execs.Values.Where(exec => exec.Running).Select(exec => exec.Id);

    public void Add(Exec exec) => _execs[exec.Id] = exec;

    public Exec? Find(string id) => _execs.GetValueOrDefault(id);

    /// <summary>Told by an exec's own connection or by the container's control connection, whichever is first.</summary>
    public void Ended(string id, ExitStatus status)
    {
        if (!_execs.TryGetValue(id, out Exec? exec) || !exec.Complete(status)) return;
        DateTimeOffset now = time.GetUtcNow();
        _finished.Enqueue((id, now));
        while (_finished.Count > KeptFinished && _finished.TryPeek(out (string Id, DateTimeOffset At) oldest)
            && (_finished.Count > MostFinished || now - oldest.At > KeptFor) && _finished.TryDequeue(out oldest))
            _execs.TryRemove(oldest.Id, out _);
    }

    /// <summary>The container has ended, and with it all that ran inside; what was not started never will be.</summary>
    public void AbandonAll()
    {
        foreach (Exec exec in _execs.Values)
        {
            ExitStatus end = new() { Code = 137, At = time.GetUtcNow() };
            if (!exec.TryStart()) Ended(exec.Id, end);
            else if (_execs.TryRemove(exec.Id, out _)) exec.Abandon(end);
        }
    }

    /// <summary>The container is removed.</summary>
    public void Clear()
    {
        AbandonAll();
        _execs.Clear();
    }
}
