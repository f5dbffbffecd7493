namespace Gantry.Api.Host;

/// <summary>Where the time of one operation went; entry of <c>GET /gantry/trace</c>, which other engines do not have.</summary>
public sealed class OperationTrace
{
    public string Id { get; set => field = value ?? ""; } = "";
    /// <summary><c>create</c>, <c>start</c>, <c>exec</c>, …</summary>
    public string Operation { get; set => field = value ?? ""; } = "";
    /// <summary>Empty when the operation is about none.</summary>
    public string Container { get; set => field = value ?? ""; } = "";
    public DateTimeOffset At { get; set; }
    public long Microseconds { get; set; }
    /// <summary>By their start; a phase of greater depth lies within the one before it of smaller depth.</summary>
    public List<OperationPhase> Phases { get; set => field = value ?? []; } = [];
}

public sealed class OperationPhase
{
    public string Name { get; set => field = value ?? ""; } = "";
    /// <summary>From the operation's start.</summary>
    public long StartMicroseconds { get; set; }
    public long Microseconds { get; set; }
    public int Depth { get; set; }
}
