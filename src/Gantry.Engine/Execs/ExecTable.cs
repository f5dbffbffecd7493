using System.Collections.Concurrent;
using Gantry.Shim;

namespace Gantry.Engine.Execs;

/// <summary>The execs of one container; the oldest finished ones are forgotten, so that a container with a probe every second does not grow without end.</summary>
public sealed class ExecTable
{
    private const int KeptFinished = 64;

    private readonly ConcurrentDictionary<string, Exec> execs = new();
    private readonly ConcurrentQueue<string> finished = new();

    public ICollection<string> Ids => execs.Keys;

    public IEnumerable<string> RunningIds => execs.Values.Where(exec => exec.Running).Select(exec => exec.Id);

    public void Add(Exec exec) => execs[exec.Id] = exec;

    public Exec? Find(string id) => execs.GetValueOrDefault(id);

    public void Ended(string id, ExitStatus status)
    {
        if (!execs.TryGetValue(id, out Exec? exec) || exec.Exited.IsCompleted) return;
        exec.Complete(status);
        finished.Enqueue(id);
        while (finished.Count > KeptFinished && finished.TryDequeue(out string? oldest)) execs.TryRemove(oldest, out _);
    }

    /// <summary>The container has ended, and with it all that ran inside.</summary>
    public void AbandonAll()
    {
        foreach (Exec exec in execs.Values)
        {
            if (!exec.Exited.IsCompleted) exec.Complete(new ExitStatus { Code = 137, At = DateTimeOffset.UtcNow });
        }
    }
}
