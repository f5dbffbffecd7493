using Gantry.Runtime.Supervision.Loop;
using Gantry.Shim;
using Gantry.Shim.Logs;

namespace Gantry.Runtime.Supervision.Logs;

/// <summary>Where a process' output is kept. Nothing that goes wrong here stops the process.</summary>
/// <remarks>Only local files and nothing at all: whatever sends logs elsewhere reads those files, so that nobody who is far away, or has
/// died, can hold a container up.</remarks>
internal abstract class LogSink
{
    /// <summary>Keeps nothing: of the driver <c>none</c>, and of execs.</summary>
    public static readonly LogSink Nowhere = new NoSink();

    /// <param name="worked">Called after something unusual that took memory.</param>
    public static LogSink Of(LogConfig config, EventLoop loop, Action worked) =>
        config.Driver is LogDriver.JsonFile or LogDriver.Local && config.Path is not null ? new FileSink(config, loop, worked) : Nowhere;

    /// <param name="stream"><see cref="ShimFrame.Stdout"/> or <see cref="ShimFrame.Stderr"/>.</param>
    public abstract void Append(byte stream, ReadOnlySpan<byte> output);

    /// <summary>The stream has ended: a line without its end is one now.</summary>
    public abstract void End(byte stream);

    /// <summary>Up to where everything is written; null when nothing is kept, or it cannot be.</summary>
    public abstract LogEnd? Position { get; }

    /// <summary>The beginning of a line whose end has not come yet, and which is in no record so far.</summary>
    public abstract ReadOnlySpan<byte> Held(byte stream);

    /// <summary>Whether this child of ours is the sink's own, which awaits it.</summary>
    public virtual bool Owns(int pid) => false;

    private sealed class NoSink : LogSink
    {
        public override void Append(byte stream, ReadOnlySpan<byte> output) { }
        public override void End(byte stream) { }
        public override LogEnd? Position => null;
        public override ReadOnlySpan<byte> Held(byte stream) => default;
    }
}
