namespace Gantry.Engine.Events;

/// <summary>Tells everybody who asks what happens to the engine's objects, in one order for all.</summary>
/// <remarks>Safe for concurrent callers. <see cref="Publish(string, string, string, IReadOnlyDictionary{string, string}?)"/> never blocks and never throws for a reader's sake.</remarks>
public sealed class EventBus(TimeProvider? clock = null)
{
    /// <summary>How many past events are kept for <c>since</c>.</summary>
    public const int HistoryLength = 1024;

    private readonly TimeProvider clock = clock ?? TimeProvider.System;
    private readonly Lock gate = new();
    private readonly Queue<EngineEvent> history = new();
    private readonly List<EventSubscription> readers = [];
    private DateTimeOffset last;

    /// <summary>How many read along.</summary>
    public int Readers { get { lock (gate) return readers.Count; } }

    /// <param name="type">One of <see cref="EventType"/>.</param>
    /// <param name="actorId">Full identifier; a volume's name.</param>
    /// <param name="attributes">Kept, so do not change it afterwards.</param>
    public EngineEvent Publish(string type, string action, string actorId, IReadOnlyDictionary<string, string>? attributes = null)
    {
        lock (gate)
        {
            // Readers ask again with "since <last seen>": two events must not share a time, nor may the clock step back between them.
            DateTimeOffset now = clock.GetUtcNow();
            last = now > last ? now : last.AddTicks(1);
            EngineEvent happened = new() { Type = type, Action = action, ActorId = actorId, Attributes = attributes ?? new Dictionary<string, string>(), At = last };
            history.Enqueue(happened);
            if (history.Count > HistoryLength) history.Dequeue();
            foreach (EventSubscription reader in readers) reader.Offer(happened);
            return happened;
        }
    }

    /// <param name="since">Also the past from here on, as far as it is kept; null: only what happens from now.</param>
    /// <param name="until">Leaves out the past after this.</param>
    public EventSubscription Subscribe(EventFilter? filter = null, DateTimeOffset? since = null, DateTimeOffset? until = null)
    {
        EventSubscription reader = new(this, filter ?? EventFilter.All);
        lock (gate)
        {
            if (since is not null)
                foreach (EngineEvent happened in history)
                    if (happened.At >= since && (until is null || happened.At <= until)) reader.Offer(happened);
            readers.Add(reader);
        }
        return reader;
    }

    internal void Leave(EventSubscription reader)
    {
        lock (gate) readers.Remove(reader);
    }
}
