namespace Gantry.Engine.Events;

/// <summary>Something happened to an object. Immutable.</summary>
public sealed record EngineEvent
{
    /// <summary>One of <see cref="EventType"/>.</summary>
    public required string Type { get; init; }
    /// <summary>What happened; an exec's and a health check's action carries its detail after a colon:
    /// <c>exec_start: sh -c true</c>.</summary>
    public required string Action { get; init; }
    /// <summary>Full identifier of the object; the name where that is the identity (volumes).</summary>
    public required string ActorId { get; init; }
    /// <summary>Labels of the object, and what is worth telling: <c>name</c>, <c>image</c>, <c>exitCode</c>, <c>signal</c>, …</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();
    /// <summary>Set by the bus; never goes backwards from one event to the next.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Nanoseconds since 1970, as the wire has it.</summary>
    public long AtNanoseconds => (At.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * 100;
}

/// <summary>The kinds of objects that events speak of.</summary>
public static class EventType
{
    public const string Container = "container", Image = "image", Volume = "volume", Network = "network", Daemon = "daemon",
        Plugin = "plugin", Builder = "builder";
}
