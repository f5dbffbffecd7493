using System.Text.Json.Serialization;
using Gantry.Shim;

namespace Gantry.Engine.Containers;

/// <summary>What is known of the process. Replaced as a whole, under the container's gate.</summary>
public sealed record ContainerStatus
{
    public bool Running { get; init; }
    public bool Paused { get; init; }
    /// <summary>Paused by a commit and for that alone: a daemon that dies meanwhile lets it go on when it comes back.</summary>
    public bool PausedForCommit { get; init; }
    public bool Restarting { get; init; }
    public bool OomKilled { get; init; }
    /// <summary>Not on disk: what a crash interrupts before its first step, the rename, has not begun.</summary>
    [JsonIgnore]
    public bool RemovalInProgress { get; init; }
    public int Pid { get; init; }
    public int ExitCode { get; init; }
    public string Error { get; init => field = value ?? ""; } = "";
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset FinishedAt { get; init; }

    /// <summary>How its last run ended.</summary>
    [JsonIgnore]
    public ExitStatus LastExit => new() { Code = ExitCode, OomKilled = OomKilled, At = FinishedAt };

    public string Name => this switch
    {
        { RemovalInProgress: true } => "removing",
        { Restarting: true } => "restarting",
        { Paused: true } => "paused",
        { Running: true } => "running",
        { StartedAt: var started } when started == default => "created",
        _ => "exited",
    };
}
