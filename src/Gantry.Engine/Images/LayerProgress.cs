using Gantry.Api.Images;

namespace Gantry.Engine.Images;

/// <summary>Docker's lines about the layers of a pull or a push; from any thread, and not more of them than a person can see.</summary>
internal sealed class LayerProgress(Action<JsonMessage> report)
{
    private const long Interval = 100;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _last = new(StringComparer.Ordinal);

    public void Line(string status) => Say(new JsonMessage { Status = status });

    public void Line(string id, string status) => Say(new JsonMessage { Status = status, Id = id });

    /// <summary>A state of a layer.</summary>
    public void State(string id, string status) => Say(new JsonMessage { Status = status, Id = id, ProgressDetail = new ProgressDetail() });

    public void Amount(string id, string status, long current, long total)
    {
        lock (_gate)
        {
            long now = Environment.TickCount64;
            if (current < total && now - _last.GetValueOrDefault(id, now - Interval) < Interval) return;
            _last[id] = now;
            report(new JsonMessage { Status = status, Id = id, ProgressDetail = new ProgressDetail { Current = current, Total = total },
                Progress = ProgressBar.Draw(current, total) });
        }
    }

    private void Say(JsonMessage message) { lock (_gate) report(message); }

    /// <summary>The twelve digits that stand for a layer.</summary>
    public static string ShortId(string digest) => digest[7..19];
}
