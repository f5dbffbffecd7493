namespace Gantry.Shim.Logs;

/// <summary>How a record is written to a log file, and read from it: the only place that knows. A record is a line in every format, so
/// that one which a crash or a full disk cut short costs itself alone.</summary>
/// <remarks>Not thread-safe: each writer and each reader has one of its own.</remarks>
public abstract class LogFormat
{
    /// <param name="attributes">Put beside each record, where the format has a place for them.</param>
    public static LogFormat Of(string driver, IReadOnlyDictionary<string, string>? attributes = null) =>
        driver == LogDriver.Local ? new LocalFormat() : new JsonFormat(attributes);

    /// <summary>Bytes that a record of so much text takes at most.</summary>
    public abstract int Room(int length);

    /// <param name="stream"><see cref="ShimFrame.Stdout"/> or <see cref="ShimFrame.Stderr"/>.</param>
    /// <param name="text">With its newline, unless the line goes on in the next record; no other newline is in it.</param>
    /// <param name="time">UTC.</param>
    /// <returns>Bytes written, the line's end included.</returns>
    public abstract int Write(byte stream, ReadOnlySpan<byte> text, DateTime time, Span<byte> target);

    /// <param name="line">Without its end.</param>
    /// <returns>Null when it is damaged. Valid until the next is parsed.</returns>
    public abstract LogRecord? Parse(ReadOnlySpan<byte> line);
}
