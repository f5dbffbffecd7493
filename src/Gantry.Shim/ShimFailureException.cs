using System.Net.Sockets;

namespace Gantry.Shim;

/// <summary>The shim, or the container's init, said what failed.</summary>
/// <param name="step">As <see cref="FailureStep"/> names it: decides the exit code of <c>create</c>, <c>start</c> and <c>exec</c>.</param>
/// <param name="errno">The kernel's error number; 0 when the kernel was not the one who refused.</param>
public sealed class ShimFailureException(string step, string error, int errno) : Exception(error)
{
    public string Step { get; } = step;
    public string Error { get; } = error;
    public int Errno { get; } = errno;

    /// <summary>The beginning of what a shim says of an exec that it has not, or not any more; the identifier follows.</summary>
    public const string NoSuchExec = "No such exec instance";

    public bool IsNoSuchExec => Error.StartsWith(NoSuchExec, StringComparison.Ordinal);

    /// <summary>What may come of talking with a shim, and of no fault of this program: the one list of it.</summary>
    public static bool IsExpected(Exception e) =>
        Expected.Any(e) || e is ShimFailureException or SocketException or ObjectDisposedException or TimeoutException;

    internal static ShimFailureException From(ShimMessage message) =>
        new(message.Step ?? FailureStep.Other, message.Error ?? "the supervisor gave no reason", message.Errno);
}
