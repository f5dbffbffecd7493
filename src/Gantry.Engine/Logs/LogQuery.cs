using Gantry.Shim;

namespace Gantry.Engine.Logs;

/// <summary>Which part of a log is wanted.</summary>
public sealed record LogQuery
{
    public bool Stdout { get; init; }
    public bool Stderr { get; init; }
    /// <summary>Go on with what comes, until <see cref="Ended"/> is done and everything is read.</summary>
    public bool Follow { get; init; }
    /// <summary>The last so many records; -1 is all.</summary>
    public int Tail { get; init; } = -1;
    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? Until { get; init; }
    /// <summary>No further than here; null is to the end.</summary>
    public LogEnd? End { get; init; }
    /// <summary>Put the time before each line.</summary>
    public bool Timestamps { get; init; }
    /// <summary>Put the attributes before each line.</summary>
    public bool Details { get; init; }
    /// <summary>Done when the container writes no more.</summary>
    public Task Ended { get; init; } = Task.CompletedTask;
    /// <summary>Told of records that had to be left out, because they are damaged or gone.</summary>
    public Action<string>? Notice { get; init; }
}
