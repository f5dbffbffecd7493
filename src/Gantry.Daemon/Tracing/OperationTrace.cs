using System.Text.Json.Serialization;

namespace Gantry.Daemon.Tracing;

/// <summary>One request and its timed phases.</summary>
/// <param name="Container">Full identifier, or how the request named it; empty when it is about none.</param>
public sealed record OperationTrace(string Id, string Operation, string Container, DateTimeOffset At, long Microseconds,
    IReadOnlyList<PhaseTrace> Phases)
{
    internal string Summary() =>
        string.Join(", ", Phases.Select(phase => $"{new string('>', phase.Depth)}{phase.Name} {phase.Microseconds}"));
}

/// <param name="StartMicroseconds">From the operation's start.</param>
/// <param name="Depth">0 below the request, 1 within such a phase, and so on.</param>
public sealed record PhaseTrace(string Name, long StartMicroseconds, long Microseconds, int Depth);

[JsonSerializable(typeof(IReadOnlyList<OperationTrace>))]
internal sealed partial class TraceJson : JsonSerializerContext;
