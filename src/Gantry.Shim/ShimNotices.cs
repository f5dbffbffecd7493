namespace Gantry.Shim;

/// <summary>Whom to tell of what a shim says unasked. Called from the loop that reads its connection, so each must be short.</summary>
public sealed record ShimNotices
{
    /// <summary>Once for every exec that ended, attached or not.</summary>
    public Action<string, ExitStatus>? ExecExited { get; init; }
    /// <summary>The kernel killed in the container for want of memory.</summary>
    public Action? OutOfMemory { get; init; }
}
