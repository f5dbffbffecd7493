using Gantry.Shim;

namespace Gantry.Runtime.Launching;

/// <summary>A container or exec could not be made or started.</summary>
/// <param name="step">One of <see cref="Gantry.Shim.FailureStep"/>; decides the exit code.</param>
/// <param name="message">What the user reads, from <c>unable to start container process: …</c> on.</param>
public sealed class LaunchException(string step, int errno, string message) : Exception(message)
{
    // Docker's clients and tests of others match on it.
    private const string Unable = "unable to start container process: ";

    public string Step { get; } = step;
    /// <summary>0 when no system call was at fault.</summary>
    public int Errno { get; } = errno;

    /// <summary>What may go wrong with a container without being a fault of this program.</summary>
    public static bool IsExpected(Exception e) => Expected.Any(e) || e is LaunchException;

    /// <summary>Nothing that the user's command could be at fault for.</summary>
    public static LaunchException UnableToStart(string reason, int errno = 0, string step = FailureStep.Other) =>
        new(step, errno, $"{Unable}{reason}");

    /// <summary>It failed inside, where the container is prepared.</summary>
    public static LaunchException DuringInit(string reason, int errno = 0, string step = FailureStep.Other) =>
        UnableToStart($"error during container init: {reason}", errno, step);

    /// <summary>The command is not there or cannot be executed.</summary>
    /// <param name="step">Which of both: it decides between 127 and 126.</param>
    public static LaunchException OfCommand(string command, string cause, int errno, string step) =>
        UnableToStart($"exec: \"{command}\": {cause}", errno, step);
}
