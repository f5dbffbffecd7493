using System.Diagnostics;

namespace Gantry.Daemon.Tracing;

/// <summary>Remembers where the time of the last operations went; and tells the debug log.</summary>
/// <remarks>An operation is a request in which at least one phase was timed;
/// what goes on after its answer belongs to no request and is not kept.</remarks>
public sealed partial class Traces : IDisposable
{
    private const int Kept = 100;

    private readonly ILogger<Traces> _log;
    private readonly ActivityListener _listener;
    private readonly Lock _gate = new();
    private readonly Queue<OperationTrace> _operations = new();

    public Traces(ILogger<Traces> log)
    {
        this._log = log;
        _listener = new ActivityListener
        {
            // By name: this is asked while the source is being made, before the field that holds it is set.
            ShouldListenTo = source => source.Name == Phase.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = Stopped,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<OperationTrace> Last(int limit)
    {
        lock (_gate) return [.. _operations.Reverse().Take(limit)];
    }

    private void Stopped(Activity activity)
    {
        Activity root = activity;
        int depth = -1;
        for (; root.Parent is Activity parent; root = parent) depth++;
        List<(Activity, PhaseTrace)>? phases = (List<(Activity, PhaseTrace)>?)root.GetCustomProperty(nameof(Traces));
        if (activity == root)
        {
            if (phases is not null) Keep(root, phases);
            return;
        }
        lock (root)
        {
            if (root.IsStopped) return;
            if (phases is null) root.SetCustomProperty(nameof(Traces), phases = []);
            if (activity.GetTagItem("container") is object container) root.SetTag("container", container);
            phases.Add((activity, new PhaseTrace(activity.OperationName, Micros(activity.StartTimeUtc - root.StartTimeUtc),
                Micros(activity.Duration), depth)));
        }
    }

    private static long Micros(TimeSpan time) => (long)time.TotalMicroseconds;

    private void Keep(Activity root, List<(Activity, PhaseTrace)> phases)
    {
        OperationTrace operation;
        lock (root)
        {
            operation = new OperationTrace(root.Id ?? "", root.OperationName, root.GetTagItem("container") as string ?? "",
                root.StartTimeUtc, Micros(root.Duration), PhaseTree.InOrder(root, phases));
        }
        lock (_gate)
        {
            _operations.Enqueue(operation);
            if (_operations.Count > Kept) _operations.Dequeue();
        }
        if (_log.IsEnabled(LogLevel.Debug))
            LogOperation(operation.Operation, operation.Container, operation.Microseconds, operation.Summary());
    }

    public void Dispose() => _listener.Dispose();
}
