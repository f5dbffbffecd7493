using Gantry.Linux;
using Gantry.Shim;

namespace Gantry.Engine.Execs;

/// <summary>An exec did not become a process.</summary>
/// <param name="exitCode">What a shell would give.</param>
/// <param name="error">For the client, in words by which it tells the exit codes apart.</param>
internal sealed class ExecFailure(int exitCode, GantryException error) : Exception(error.Message, error)
{
    /// <summary>The command, or the directory to run it in, is not there; or it is and cannot be executed.</summary>
    public const int NotFound = 127, CannotBeInvoked = 126;

    public int ExitCode { get; } = exitCode;
    public GantryException Error { get; } = error;

    /// <param name="answer">The supervisor's; null when it closed the connection instead.</param>
    /// <param name="container">Its identifier.</param>
    public static ExecFailure Of(ShimMessage? answer, string container) => answer switch
    {
        null =>
            new(CannotBeInvoked, GantryException.Unavailable("OCI runtime exec failed: the container's supervisor closed the connection")),
        { Step: FailureStep.User } => new(CannotBeInvoked, GantryException.Invalid(answer.Error ?? "unable to find user")),
        // Since it was asked whether it is.
        { Step: FailureStep.Paused } => new(CannotBeInvoked, Paused(container)),
        { Step: null or FailureStep.Other } => new(CannotBeInvoked, GantryException.Internal(Framed(answer.Error))),
        _ => new(CodeOf(answer), GantryException.Invalid(Framed(answer.Error))),
    };

    public static ExecFailure RelativeDirectory() => new(CannotBeInvoked, GantryException.Invalid(Framed("Cwd must be an absolute path")));

    /// <param name="container">Its name or identifier.</param>
    public static GantryException Paused(string container) =>
        GantryException.Conflict($"Container {container} is paused, unpause the container before exec");

    private static string Framed(string? reason) => $"OCI runtime exec failed: exec failed: {reason}";

    private static int CodeOf(ShimMessage answer) => answer switch
    {
        { Step: FailureStep.CommandNotFound } => NotFound,
        // By its words: another runtime's failure has no number.
        { Step: FailureStep.WorkingDirectory, Error: { } error } when error.Contains(Errno.Message(Errno.ENOENT)) => NotFound,
        _ => CannotBeInvoked,
    };
}
