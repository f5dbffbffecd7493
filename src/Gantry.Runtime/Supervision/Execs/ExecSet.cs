using Gantry.Runtime.Supervision.Connections;
using Gantry.Runtime.Supervision.Loop;
using Gantry.Runtime.Supervision.Runtimes;
using Gantry.Shim;

namespace Gantry.Runtime.Supervision.Execs;

/// <summary>The execs of this container that run, and how the last ones ended.</summary>
/// <param name="told">Called with each exec that has ended.</param>
internal sealed class ExecSet(EventLoop loop, Action<ExecExit> told)
{
    /// <summary>A daemon that comes back is told of so many: one that crashed may not have read what was sent to it.</summary>
    private const int Remembered = 64;

    private readonly Dictionary<string, ExecSession> _running = [];
    private readonly List<ExecExit> _ended = [];

    public IReadOnlyList<string>? Running => _running.Count == 0 ? null : [.. _running.Keys];

    public IReadOnlyList<ExecExit>? Ended => _ended.Count == 0 ? null : [.. _ended];

    public bool Has(int pid)
    {
        foreach (ExecSession session in _running.Values)
        {
            if (session.Pid == pid) return true;
        }
        return false;
    }

    public void Start(SupervisedContainer container, Client client, ShimMessage request)
    {
        if (request.ExecId is { } id && _running.ContainsKey(id)) throw GantryException.Conflict($"exec {id} runs already");
        ExecSession session = new(loop, container, client, request, Finished);
        _running.Add(session.Id, session);
    }

    public ExecSession Find(string id) =>
        _running.GetValueOrDefault(id) ?? throw GantryException.NotFound($"{ShimFailureException.NoSuchExec}: {id}");

    /// <summary>The container has ended: whatever has not finished by now is finished here.</summary>
    public void EndAll()
    {
        foreach (ExecSession session in _running.Values.ToArray()) session.Abandon();
    }

    private void Finished(ExecSession session)
    {
        _running.Remove(session.Id);
        ExecExit exit = new(session.Id, session.Exit);
        if (_ended.Count == Remembered) _ended.RemoveAt(0);
        _ended.Add(exit);
        told(exit);
    }
}
