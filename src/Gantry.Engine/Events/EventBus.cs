namespace Gantry.Engine.Events;

/// <summary>Tells everybody who asks what happens to the engine's objects, in one order for all.</summary>
/// <remarks>Safe for concurrent callers. <see cref="Publish(string, string, string, IReadOnlyDictionary{string, string}?)"/> never blocks
/// and never throws for a reader's sake.</remarks>
public sealed class EventBus(TimeProvider? clock = null)
{
    /// <summary>How many past events are kept for <c>since</c>.</summary>
    public const int HistoryLength = 1024;

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private readonly Queue<EngineEvent> _history = new();
    private readonly List<EventSubscription> _readers = [];
    private DateTimeOffset _last;

    /// <summary>How many read along.</summary>
    public int Readers { get { lock (_gate) return _readers.Count; } }

    /// <param name="type">One of <see cref="EventType"/>.</param>
    /// <param name="actorId">Full identifier; a volume's name.</param>
    /// <param name="attributes">Kept, so do not change it afterwards.</param>
    public EngineEvent Publish(string type, string action, string actorId, IReadOnlyDictionary<string, string>? attributes = null)
    {
        lock (_gate)
        {
            // Readers ask again with "since <last seen>": two events must not share a time, nor may the clock step back between them.
            DateTimeOffset now = _clock.GetUtcNow();
            _last = now > _last ? now : _last.AddTicks(1);
            EngineEvent happened = new() { Type = type, Action = action, ActorId = actorId,
                Attributes = attributes ?? new Dictionary<string, string>(), At = _last };
            _history.Enqueue(happened);
            if (_history.Count > HistoryLength) _history.Dequeue();
            foreach (EventSubscription reader in _readers) reader.Offer(happened);
            return happened;
        }
    }

    /// <param name="since">Also the past from here on, as far as it is kept; null: only what happens from now.</param>
    /// <param name="until">Leaves out the past after this.</param>
    public EventSubscription Subscribe(EventFilter? filter = null, DateTimeOffset? since = null, DateTimeOffset? until = null)
    {
        EventSubscription reader = new(this, filter ?? EventFilter.All);
        lock (_gate)
        {
            if (since is not null)
                foreach (EngineEvent happened in _history)
                    if (happened.At >= since && (until is null || happened.At <= until)) reader.Offer(happened);
            _readers.Add(reader);
        }
        return reader;
    }

    internal void Leave(EventSubscription reader)
    {
        lock (_gate) _readers.Remove(reader);
    }
}
