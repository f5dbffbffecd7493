namespace Gantry.Shim.Logs;

/// <summary>One line of a container's output, or a part of a very long one.</summary>
/// <param name="Stream">1 is stdout, 2 is stderr.</param>
/// <param name="Bytes">With its newline, unless the line goes on in the next record. Valid until the next record is asked for.</param>
/// <param name="Attributes">Labels and variables chosen with <c>--log-opt</c>.</param>
public sealed record LogRecord(byte Stream, DateTimeOffset Time, ReadOnlyMemory<byte> Bytes,
    IReadOnlyDictionary<string, string>? Attributes);
