namespace Gantry.Runtime.Launching;

/// <summary>A container or exec could not be made or started.</summary>
/// <param name="step">One of <see cref="Gantry.Shim.FailureStep"/>; decides the exit code.</param>
/// <param name="message">What the user reads, from <c>unable to start container process: …</c> on.</param>
public sealed class LaunchException(string step, int errno, string message) : Exception(message)
{
    public string Step { get; } = step;
    /// <summary>0 when no system call was at fault.</summary>
    public int Errno { get; } = errno;
}
